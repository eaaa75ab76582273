import type { FailureHistory } from './application/explain-login.ts';
import { icewarpAccountOf, type Settings } from './config/settings.ts';
import { messageOf } from './core/errors.ts';
import { type LoginPolicy, toLimits } from './core/login/policy.ts';
import { toCountedAddress } from './core/login/source-address.ts';
import type { User } from './core/model.ts';
import type { Log } from './core/ports/log.ts';
import { createIcewarpLoginFacts } from './icewarp/login-facts.ts';
import type { Database } from './storage/database.ts';
import { createFailureCounters } from './storage/failure-counters.ts';
import { createSecretFile } from './storage/secret-file.ts';

export interface LoginHistoryOptions {
  readonly settings: Settings;
  readonly database: Database;
  readonly log: Log;
  /** Where the user is; undefined: not asked about. */
  readonly from: string | undefined;
  /** Hears of what could not be found out, for the administrator. */
  readonly onDoubt: (doubt: string) => void;
}

const policyMs = 5_000;

/**
 * The failed logins of a user that the database keeps, under the limits that a running service goes by. IceWarp is asked for its
 * policy only where there are any. Rejects with `upstream_unavailable` when the database does not answer.
 */
export async function readLoginHistory(options: LoginHistoryOptions, user: User): Promise<FailureHistory> {
  const { settings, database, log, from, onDoubt } = options;
  const file = createSecretFile({ file: settings.security.secretFile, databaseUrl: settings.database.url, log });
  const key = await file.read();
  const ownLimits = toLimits(undefined, settings.login.limits);
  // Without a key nothing was ever counted under it.
  if (key === undefined) return { account: [], address: [], limits: ownLimits };
  const failures = createFailureCounters(database, { key, log });
  const account = await failures.timesOf({ kind: 'account', key: user.passwordOf ?? user.login });
  const address = from === undefined ? [] : await failures.timesOf({ kind: 'address', key: toCountedAddress(from) });
  if (account.length + address.length === 0) return { account, address, limits: ownLimits };
  return { account, address, limits: toLimits(await readPolicy(settings, log, onDoubt), settings.login.limits) };
}

async function readPolicy(
  settings: Settings,
  log: Log,
  onDoubt: (doubt: string) => void,
): Promise<LoginPolicy | undefined> {
  const account = icewarpAccountOf(settings);
  if (account === undefined) return undefined;
  const { acceptAnyCertificate, caFile } = settings.icewarp;
  try {
    const facts = createIcewarpLoginFacts({ ...account, acceptAnyCertificate, caFile, timeoutMs: policyMs, log });
    try {
      return await facts.readPolicy(AbortSignal.timeout(policyMs));
    } finally {
      await facts.close();
    }
  } catch (error) {
    onDoubt(
      `the login policy of IceWarp could not be read, which may allow more or fewer failures: ${messageOf(error)}`,
    );
    return undefined;
  }
}
