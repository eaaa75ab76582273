import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './config/settings.ts';
import type { AuditLog } from './core/ports/audit-log.ts';
import type { FailureCounters } from './core/ports/failure-counters.ts';
import type { Log } from './core/ports/log.ts';
import type { LoginQuestions } from './core/ports/login-questions.ts';
import type { SecretKeySource } from './core/ports/secret-key.ts';
import { systemClock } from './host/system-clock.ts';
import { createAuditLog, type OpenAuditLog } from './observe/audit.ts';
import { createAuditHeads } from './storage/audit-heads.ts';
import type { Database } from './storage/database.ts';
import { createFailureCounters } from './storage/failure-counters.ts';
import { createLoginQuestions } from './storage/login-questions.ts';
import { createSecretFile } from './storage/secret-file.ts';

/** What logins leave behind beyond this process. */
export interface SharedState {
  /** The installation's own key. */
  readonly secretKey: SecretKeySource;
  readonly failures: FailureCounters;
  readonly questions: LoginQuestions;
  /** Undefined where no audit log is wanted. */
  readonly audit: AuditLog | undefined;
  /** Writes the end of the audit log, for 300 ms at most. The database is to be closed later. */
  close(): Promise<void>;
}

export interface SharedStateOptions {
  readonly settings: Settings;
  readonly database: Database;
  readonly log: Log;
  /** Where `audit.stdout` writes. */
  readonly output: Writable | undefined;
  /** Hears how many entries of the audit log were given up. */
  readonly onAuditLost?: (entries: number) => void;
}

const dayMs = 86_400_000;
const megabyte = 1024 * 1024;
const closeMs = 300;

/** Opens failure counters and audit log. Rejects with `invalid_input` when the secret key can be neither read nor made. */
export async function openSharedState({
  settings,
  database,
  log,
  output,
  onAuditLost,
}: SharedStateOptions): Promise<SharedState> {
  const { secretFile } = settings.security;
  const secretKey = createSecretFile({ file: secretFile, databaseUrl: settings.database.url, log });
  const secret = await secretKey.readOrMake();
  const { file, stdout, maxSizeMb, maxAgeDays, keepDays } = settings.audit;
  let audit: OpenAuditLog | undefined;
  if (file !== undefined || stdout) {
    const limits = { maxBytes: maxSizeMb * megabyte, maxAgeMs: maxAgeDays * dayMs };
    const keepMs = keepDays === 0 ? undefined : keepDays * dayMs;
    audit = createAuditLog({
      file: file === undefined ? undefined : { path: file, ...limits, keepMs },
      output: stdout ? output : undefined,
      host: hostname(),
      processId: process.pid,
      heads: createAuditHeads(database),
      clock: systemClock,
      ...{ secret, log },
      ...(onAuditLost === undefined ? {} : { onLost: onAuditLost }),
    });
  }
  return {
    secretKey,
    failures: createFailureCounters(database, { key: secret, log }),
    questions: createLoginQuestions(database, { key: secret, process: `${hostname()}:${process.pid}`, log }),
    audit,
    async close() {
      await Promise.race([audit?.close(), sleep(closeMs, undefined, { ref: false })]);
    },
  };
}
