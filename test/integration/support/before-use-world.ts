import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connectRaw } from '../../facade/ldap/support/raw-client.ts';
import { bindRequest, equal, searchRequest } from '../../facade/ldap/support/requests.ts';
import { type LoginScenario, type ScenarioOptions, startScenario } from './login-scenario.ts';

export const nina = 'nina@example.com';
const readers = [
  { name: 'reader', password: 'reader-demo' },
  { name: 'archive', password: 'archive-demo', beforeUse: true },
];

export interface BeforeUseWorld extends LoginScenario {
  /** Makes an account in IceWarp, by its control endpoint, that no synchronisation has seen. */
  create(account?: Readonly<Record<string, unknown>>, groups?: readonly string[]): Promise<void>;
  /** A search by a service account: its result code, the DNs found, the values of `memberOf`, and how long it took. */
  search(
    who: 'reader' | 'archive',
    filter: Buffer,
  ): Promise<{
    readonly code: number;
    readonly dns: readonly string[];
    readonly memberOf: readonly string[];
    readonly attributes: Readonly<Record<string, readonly string[]>>;
    readonly ms: number;
  }>;
  /** Calls of a command since the last `forgetCalls`. */
  calls(command: string): Promise<number>;
  forgetCalls(): Promise<void>;
}

/** A service that synchronises daily, with a rule for auditors, and two service accounts, `archive` with look-ups. */
export async function startBeforeUse(t: TestContext, options: ScenarioOptions = {}): Promise<BeforeUseWorld> {
  const mappings = mkdtempSync(join(tmpdir(), 'sidecar-mappings-'));
  writeFileSync(
    join(mappings, 'rules.yaml'),
    'version: 1\nrules:\n  - { name: a, when: { group: auditors@example.com }, roles: [auditor] }\n',
  );
  const scenario = await startScenario(t, {
    ...options,
    env: {
      SIDECAR_SYNC_INTERVAL_SECONDS: '86400',
      // What is accepted comes at once, on a busy machine a little later.
      SIDECAR_LOGIN_DEADLINE_SECONDS: '20',
      SIDECAR_MAPPINGS_DIRECTORY: mappings,
      SIDECAR_LDAP_SERVICE_ACCOUNTS: JSON.stringify(readers),
      ...options.env,
    },
  });
  t.after(() => rmSync(mappings, { recursive: true, force: true }));
  const { simulator } = scenario;
  const control = async (method: string, path: string, body?: object) => {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(new URL(path, simulator.controlUrl), { method, ...json });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  return Object.assign(scenario, {
    async create(account: Readonly<Record<string, unknown>> = {}, groups: readonly string[] = []) {
      await control('POST', '/accounts', { address: nina, displayName: 'Nina New', password: 'nina-demo', ...account });
      const { address = nina } = account;
      for (const group of groups) await control('POST', `/accounts/${group}/members`, { members: [address] });
    },
    async search(who: 'reader' | 'archive', filter: Buffer) {
      const client = await connectRaw(scenario.app.ldap.port);
      client.send(bindRequest(1, `cn=${who}`, `${who}-demo`));
      await client.next();
      const began = performance.now();
      client.send(searchRequest(2, { filter }));
      const { entries, done } = await client.searchResult();
      client.close();
      const attributes = entries[0]?.entry?.attributes ?? {};
      const dns = entries.map(({ entry }) => entry?.dn ?? '');
      return { code: done.code, dns, memberOf: attributes.memberOf ?? [], attributes, ms: performance.now() - began };
    },
    async calls(command: string) {
      const answer = await fetch(new URL('/statistics', simulator.controlUrl));
      const { calls } = (await answer.json()) as { calls: Record<string, number> };
      return calls[command] ?? 0;
    },
    forgetCalls: () => control('DELETE', '/statistics'),
  });
}

export const byMail = (address: string): Buffer => equal('mail', address);
