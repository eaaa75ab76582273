import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { readRealmPeople, toHeldPeople } from '../support/held-people.ts';
import { addressOf, type RealmScenario, scenarioLimitMs, startRealmScenario } from '../support/realm-scenario.ts';

const users = 300;

/** Keycloak's own synchronisations of 300 users. */
export function describeSynchronising(keycloak: () => KeycloakServer): void {
  describe('users that Keycloak synchronises', { timeout: scenarioLimitMs }, () => {
    let scenario: RealmScenario;
    before(async () => {
      scenario = await startRealmScenario(keycloak(), { users });
    });
    after(() => scenario?.close());

    it('a full run brings everybody as we hold them: names, mail, state, groups and roles', async () => {
      const { added, failed } = await scenario.syncKeycloak('full');
      assert.deepEqual({ added, failed }, { added: users, failed: 0 });
      const held = toHeldPeople(await scenario.readDirectory());
      assert.equal(held.size, users);
      // What the comparison is worth: each kind of fact differs among these people.
      const all = [...held.values()];
      assert.ok(all.some(({ enabled }) => !enabled));
      assert.ok(all.some(({ groups }) => groups.length > 2));
      assert.ok(all.some(({ roles }) => roles.includes('first-team')));
      const shown = await readRealmPeople(scenario.admin);
      assert.deepEqual([...shown.keys()].sort(), [...held.keys()].sort());
      for (const [name, person] of held) assert.deepEqual(shown.get(name), person, name);
    });

    it('a run over changed users takes those that changed and no others', async () => {
      await scenario.syncKeycloak('changed');
      const { company } = scenario.simulator;
      company.patchAccount(addressOf('bea'), { surname: 'Married', displayName: 'Bea Married' });
      company.patchAccount(addressOf('ella'), { state: 'disabled' });
      company.addAccount({ address: 'newcomer@example.com', displayName: 'New Comer', password: 'newcomer-demo' });
      await scenario.syncIcewarp();
      const { added, updated, failed } = await scenario.syncKeycloak('changed');
      assert.deepEqual({ added, updated, failed }, { added: 1, updated: 2, failed: 0 });
      assert.equal((await scenario.findUser(addressOf('bea')))?.lastName, 'Married');
      assert.equal((await scenario.findUser(addressOf('ella')))?.enabled, false);
      assert.equal((await scenario.findUser('newcomer@example.com'))?.enabled, true);
      const again = await scenario.syncKeycloak('changed');
      assert.equal(again.added + again.failed, 0);
    });
  });
}
