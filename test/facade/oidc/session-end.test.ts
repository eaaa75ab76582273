import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkOidcClient } from '../../../sidecar/core/oidc-clients/check-client.ts';
import type { AuditEntry } from '../../../sidecar/core/ports/audit-log.ts';
import type { ExpiringStore } from '../../../sidecar/core/ports/expiring-store.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import type { LogoutMessage } from '../../../sidecar/core/ports/logout-queue.ts';
import type { LoginUser, UserDirectory } from '../../../sidecar/core/ports/user-directory.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createSessionEnd, type SessionEnd } from '../../../sidecar/facade/oidc/session-end.ts';
import { systemClock } from '../../../sidecar/host/system-clock.ts';
import { type Database, openDatabase } from '../../../sidecar/storage/database.ts';
import { createExpiringStore } from '../../../sidecar/storage/expiring/expiring-store.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';

const inAnHour = () => new Date(Date.now() + 3_600_000);
const alice = {
  id: '00000000-0000-4000-8000-000000000001',
  login: 'alice@example.com',
  passwordOf: 'alice@example.com',
  state: 'enabled',
  privileges: ['LogOn'],
  roles: ['auditor'],
} as unknown as LoginUser;

function clientOf(id: string, more: object) {
  const { client, faults } = checkOidcClient({ id, redirectUris: [`https://${id}.example.com/cb`], ...more });
  assert.ok(client !== undefined, JSON.stringify(faults));
  return { client, version: '1', verify: () => false };
}
const usable = [
  clientOf('wiki', { backchannelLogoutUri: 'https://wiki.example.com/out' }),
  clientOf('audit', { backchannelLogoutUri: 'https://audit.example.com/out', require: ['LogOn', 'auditor'] }),
  clientOf('silent', {}),
];

describe('the end of sessions of users whom the directory admits no more', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let database: Database;
  let store: ExpiringStore;
  let users: Map<string, LoginUser>;
  let sent: LogoutMessage[];
  let audit: AuditEntry[];
  let steps: string[];
  let isQueueDown: boolean;
  let end: SessionEnd;

  beforeEach(async () => {
    folder = await makeFolder();
    database = await openDatabase({ url: `sqlite:${folder.path}/sidecar.sqlite`, log: silentLog });
    store = await createExpiringStore(database, { key: new Secret('k'.repeat(43)) });
    users = new Map([[alice.id, alice]]);
    [sent, audit, steps, isQueueDown] = [[], [], [], false];
    end = createSessionEnd({
      store: {
        ...store,
        removeAccount(...account) {
          steps.push('remove');
          return store.removeAccount(...account);
        },
      },
      clients: { find: (id) => usable.find(({ client }) => client.id === id), list: () => usable },
      directory: () => ({ findById: (id: string) => users.get(id) }) as UserDirectory,
      async sendLogouts(messages) {
        if (isQueueDown) throw new Error('the database does not answer');
        steps.push('queue');
        sent.push(...messages);
      },
      audit: { write: (entry) => void audit.push(entry) },
      clock: systemClock,
      log: silentLog,
      retryMs: 20,
    });
  });
  afterEach(async () => {
    await end.stop();
    await store.close();
    await database.close();
    await folder.remove();
  });

  /** A session at all three clients, and tokens of each. */
  async function signIn(accountId = alice.id): Promise<void> {
    const ids = usable.map(({ client }) => client.id);
    const authorizations = Object.fromEntries(ids.map((id) => [id, { sid: `sid-${id}`, grantId: `grant-${id}` }]));
    await store.put('Session', `session-${accountId}`, JSON.stringify({ accountId, authorizations }), inAnHour(), {
      ...{ accountId, uid: `uid-${accountId}` },
    });
    for (const clientId of ids) {
      const keys = { accountId, clientId, grantId: `${accountId}-${clientId}` };
      await store.put('Grant', keys.grantId, JSON.stringify({ accountId, clientId }), inAnHour(), keys);
      const token = JSON.stringify({ accountId, clientId, sid: `sid-${clientId}` });
      await store.put('RefreshToken', `${accountId}-${clientId}`, token, inAnHour(), keys);
      await store.put('AccessToken', `${accountId}-${clientId}`, token, inAnHour(), keys);
    }
  }
  const left = async (accountId = alice.id) => {
    const tokens = await store.listByAccount('RefreshToken', accountId);
    return {
      session: (await store.find('Session', `session-${accountId}`)) !== undefined,
      clients: tokens.map(({ clientId }) => clientId).sort(),
    };
  };

  for (const [what, change, reason] of [
    ['is disabled', (user: LoginUser) => ({ ...user, state: 'disabled' as const }), 'disabled'],
    ['is deleted', () => undefined, 'gone'],
    [
      'has a password that is worth nothing',
      (user: LoginUser) => ({ ...user, passwordCheck: 'any_password' as const }),
      'any_password',
    ],
  ] as const) {
    it(`takes everything from who ${what}, and tells the clients that want to hear`, async () => {
      await signIn();
      const changed = change(alice);
      if (changed === undefined) users.delete(alice.id);
      else users.set(alice.id, changed);
      end.published();
      await until(() => audit.length > 0);
      assert.deepEqual(await left(), { session: false, clients: [] });
      assert.deepEqual(sent.map(({ clientId, accountId, sessionId }) => [clientId, accountId, sessionId]).sort(), [
        ['audit', alice.id, 'sid-audit'],
        ['wiki', alice.id, 'sid-wiki'],
      ]);
      assert.deepEqual(steps, ['queue', 'remove'], 'a crash in between loses no message');
      assert.partialDeepStrictEqual(audit, [{ kind: 'session_end', user: alice.id, client: undefined, reason }]);
    });
  }

  it('takes from who lacks what a client requires what was for that client, once', async () => {
    await signIn();
    users.set(alice.id, { ...alice, roles: [] });
    end.published();
    await until(() => audit.length > 0);
    assert.deepEqual(await left(), { session: true, clients: ['silent', 'wiki'] });
    assert.deepEqual(sent, [{ clientId: 'audit', accountId: alice.id, sessionId: 'sid-audit' }]);
    assert.partialDeepStrictEqual(audit, [{ client: 'audit', login: alice.login, reason: 'missing_privilege' }]);

    users.set(alice.id, alice);
    end.published();
    users.set(alice.id, { ...alice, roles: [] });
    end.published();
    await end.stop();
    assert.equal(sent.length, 1);
  });

  it('leaves everybody else alone, and whoever is new', async () => {
    await signIn();
    await signIn('00000000-0000-4000-8000-000000000002');
    await store.put('Interaction', 'i', '{}', inAnHour(), {});
    end.published();
    await until(() => audit.length > 0);
    await end.stop();
    assert.deepEqual(await left(), { session: true, clients: ['audit', 'silent', 'wiki'] });
    assert.partialDeepStrictEqual(audit, [{ reason: 'gone', user: '00000000-0000-4000-8000-000000000002' }]);
    assert.notEqual(await store.find('Interaction', 'i'), undefined);
  });

  it('looks at more accounts than are read at once', async () => {
    const count = 1_203;
    const ids = Array.from({ length: count }, (_, index) => `account-${String(index).padStart(5, '0')}`);
    await Promise.all(ids.map((accountId) => store.put('Grant', accountId, '{}', inAnHour(), { accountId })));
    end.published();
    await until(() => audit.length === count);
    assert.deepEqual(await store.listAccounts('', 10), []);
  });

  it('removes nothing while messages cannot be kept, and comes again', async () => {
    await signIn();
    users.delete(alice.id);
    isQueueDown = true;
    end.published();
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.deepEqual(await left(), { session: true, clients: ['audit', 'silent', 'wiki'] });
    isQueueDown = false;
    await until(() => audit.length > 0);
    assert.deepEqual(await left(), { session: false, clients: [] });
    assert.equal(sent.length, 2);
  });
});
