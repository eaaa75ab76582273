import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSimulator } from '../../../../sidecar/simulator/simulator.ts';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { until } from '../../../support/until.ts';
import { readRoles, requireTokens } from '../support/password-login.ts';
import {
  addressOf,
  type Person,
  type RealmScenario,
  scenarioLimitMs,
  startRealmScenario,
} from '../support/realm-scenario.ts';

const users = 30;
const recoverMs = 30_000;

/** Outages: nobody is deleted or disabled for one, and everything goes on afterwards. */
export function describeOutages(keycloak: () => KeycloakServer): void {
  describe('outages', { timeout: scenarioLimitMs }, () => {
    let scenario: RealmScenario;
    before(async () => {
      scenario = await startRealmScenario(keycloak(), {
        users,
        // The most dangerous setting: Keycloak deletes whom it no longer finds.
        env: { SIDECAR_KEYCLOAK_FEDERATION_REMOVE_MISSING: 'true' },
      });
      await scenario.syncKeycloak('full');
    });
    after(() => scenario?.close());

    const logIn = (person: Person) => scenario.logIn(addressOf(person), `${person}-demo`);
    const readPeople = async () => {
      const found = await scenario.admin.get<{ username: string; id: string; enabled: boolean }[]>('users?max=1000');
      return found.map(({ username, id, enabled }) => `${username} ${id} ${enabled}`).sort();
    };

    it('while IceWarp is down sessions live on, a login is refused and said to be undecided in our log', async () => {
      const people = await readPeople();
      const tokens = requireTokens(await logIn('ada'));
      const { company, port } = scenario.simulator;
      await scenario.simulator.stop();
      try {
        const refreshed = requireTokens(await scenario.refresh(tokens.refreshToken));
        assert.ok(readRoles(refreshed).includes('auditor'));
        const said = scenario.service.output().stderr.length;
        assert.equal((await logIn('bea')).kind, 'refused');
        const since = () => scenario.service.output().stderr.slice(said);
        await until(() => /bea@example\.com/.test(since()) && /unavailable|undecided/.test(since()), recoverMs);
        assert.equal((await scenario.run('sync')).code, 1);
        const { added, updated, removed } = await scenario.syncKeycloak('full');
        assert.deepEqual([added, updated, removed], [0, users, 0]);
        assert.deepEqual(await readPeople(), people);
      } finally {
        scenario.replaceSimulator(await startSimulator({ company, port, tarpitMs: 300 }));
      }
      await until(async () => (await logIn('bea')).kind === 'tokens', recoverMs);
    });

    it('while our service is down Keycloak deletes and disables nobody, whatever it synchronises', async () => {
      const people = await readPeople();
      await scenario.stopService();
      for (const kind of ['full', 'changed'] as const) {
        const reply = await scenario.trySyncKeycloak(kind);
        assert.equal(reply?.removed ?? 0, 0);
      }
      assert.equal((await logIn('bea')).kind, 'refused');
      await scenario.startService();
      await until(async () => (await logIn('bea')).kind === 'tokens', recoverMs);
      await scenario.syncKeycloak('full');
      assert.deepEqual(await readPeople(), people);
    });

    it('connections that Keycloak keeps open recover when our service is killed and started again', async () => {
      requireTokens(await logIn('bea'));
      const people = await readPeople();
      await scenario.stopService('SIGKILL');
      await scenario.startService();
      // The first question after the restart, by a connection of before.
      assert.deepEqual(await readPeople(), people);
      requireTokens(await logIn('bea'));
    });
  });
}
