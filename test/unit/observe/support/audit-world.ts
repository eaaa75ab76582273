import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditHead, AuditHeads } from '../../../../sidecar/core/ports/audit-heads.ts';
import type { LoginAuditEntry } from '../../../../sidecar/core/ports/audit-log.ts';
import { silentLog } from '../../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { type AuditLogOptions, createAuditLog, toAuditLocation } from '../../../../sidecar/observe/audit.ts';
import { listAuditFiles } from '../../../../sidecar/observe/audit-files.ts';
import { verifyAudit } from '../../../../sidecar/observe/audit-verify.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

export const secret = new Secret('s'.repeat(43));

export function buildLogin(name: string, given: Partial<LoginAuditEntry> = {}): LoginAuditEntry {
  return {
    kind: 'login',
    id: '5f0c1f5e-0000-4000-8000-000000000000',
    at: new Date('2026-11-24T10:00:00.000Z'),
    facade: 'ldap',
    listener: undefined,
    clientAddress: '192.0.2.7',
    name,
    login: undefined,
    outcome: 'refused',
    reason: 'wrong_password',
    presumed: false,
    decidedBy: 'icewarp',
    lane: 'fast',
    durationMs: 12,
    ...given,
  };
}

/** A folder with an audit log, a store of heads in memory, and what verifies the one against the other. */
export async function createAuditWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-audit-'));
  const path = join(folder, 'audit.log');
  const kept = new Map<string, AuditHead>();
  const heads: AuditHeads = {
    save: async (head) => void kept.set(head.chain, head),
    remove: async (chain) => void kept.delete(chain),
    list: async () => [...kept.values()],
  };
  const clock = createManualClock();
  const logged: string[] = [];
  const note = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const limits = { maxBytes: 1_000_000, maxAgeMs: 86_400_000, keepMs: undefined };

  function open(given: Partial<AuditLogOptions> & { readonly limits?: Partial<AuditLogOptions['file']> } = {}) {
    const { limits: changed, ...rest } = given;
    return createAuditLog({
      file: { path, ...limits, ...changed },
      log: { ...silentLog, warn: note, error: note },
      ...{ host: 'mail01', processId: 42, heads, secret, clock },
      ...rest,
    });
  }

  /** One run that writes a login for each name. */
  async function write(names: readonly string[], given?: Parameters<typeof open>[0]) {
    const audit = open(given);
    for (const name of names) audit.write(buildLogin(name));
    await audit.close();
  }

  const readAll = () => readFile(path, 'utf8');
  return {
    ...{ folder, path, kept, heads, clock, logged, open, write },
    lines: async () => (await readAll()).split('\n').slice(0, -1),
    /** Puts other lines in the place of those of the present file. */
    async edit(change: (lines: string[]) => readonly string[]) {
      const lines = change((await readAll()).split('\n').slice(0, -1));
      await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    },
    files: async () => (await readdir(folder)).sort(),
    verify: async () =>
      verifyAudit({
        files: await listAuditFiles(path),
        heads: await heads.list(),
        location: toAuditLocation('mail01', path),
        secret,
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}
