import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { until } from '../../../support/until.ts';
import { readRoles, requireTokens, type TokenAnswer } from '../support/password-login.ts';
import {
  addressOf,
  type Person,
  type RealmScenario,
  scenarioLimitMs,
  startRealmScenario,
} from '../support/realm-scenario.ts';

const ownRoles = ['LogOn', 'ReadOwnArchive'];
const auditorRoles = ['ExportEmail', 'LogOn', 'ReadArchive:*', 'ReadOwnArchive', 'auditor'];
/** Keycloak looks again after one second here. */
const lookMs = 15_000;

/** Logins at Keycloak with passwords that IceWarp checks. */
export function describeLoggingIn(keycloak: () => KeycloakServer): void {
  describe('logins at Keycloak', { timeout: scenarioLimitMs }, () => {
    let scenario: RealmScenario;
    before(async () => {
      scenario = await startRealmScenario(keycloak());
      await scenario.syncKeycloak('full');
    });
    after(() => scenario?.close());

    const logIn = (person: Person, password = `${person}-demo`) => scenario.logIn(addressOf(person), password);
    const untilRefused = async (ask: () => Promise<TokenAnswer>) => {
      let answer = await ask();
      await until(async () => {
        answer = await ask();
        return answer.kind === 'refused';
      }, lookMs);
      assert.ok(answer.kind === 'refused');
      return answer;
    };

    it('the password that IceWarp accepts opens, and the token carries the privileges and roles', async () => {
      assert.deepEqual(readRoles(requireTokens(await logIn('ada'))), auditorRoles);
      assert.deepEqual(readRoles(requireTokens(await logIn('bea'))), ownRoles);
    });

    it('a wrong password is refused, and the right one opens afterwards', async () => {
      const refused = await logIn('bea', 'wrong');
      assert.ok(refused.kind === 'refused');
      assert.deepEqual([refused.error, refused.description], ['invalid_grant', 'Invalid user credentials']);
      requireTokens(await logIn('bea'));
    });

    it('a user without the privilege to log in is refused with the right password', async () => {
      const user = await scenario.findUser(addressOf('dora'));
      assert.equal(user?.enabled, true);
      const refused = await logIn('dora');
      assert.ok(refused.kind === 'refused');
      assert.equal(refused.error, 'invalid_grant');
    });

    it('an account that is disabled in IceWarp is refused, at a refresh too', async () => {
      const tokens = requireTokens(await logIn('ella'));
      scenario.simulator.company.patchAccount(addressOf('ella'), { state: 'disabled' });
      await scenario.syncIcewarp();
      await untilRefused(() => logIn('ella'));
      const refused = await untilRefused(() => scenario.refresh(tokens.refreshToken));
      assert.equal(refused.error, 'invalid_grant');
      scenario.simulator.company.patchAccount(addressOf('ella'), { state: 'enabled' });
      await scenario.syncIcewarp();
      await until(async () => (await logIn('ella')).kind === 'tokens', lookMs);
    });

    it('a change of groups in IceWarp changes the roles of the next token', async () => {
      const { company } = scenario.simulator;
      const before = requireTokens(await logIn('bea'));
      assert.deepEqual(readRoles(before), ownRoles);
      company.addMembers('auditors@example.com', [addressOf('bea')]);
      await scenario.syncIcewarp();
      const rolesOfNext = async () => readRoles(requireTokens(await scenario.refresh(before.refreshToken)));
      await until(async () => (await rolesOfNext()).length === auditorRoles.length, lookMs);
      assert.deepEqual(await rolesOfNext(), auditorRoles);
      company.removeMembers('auditors@example.com', [addressOf('bea')]);
      await scenario.syncIcewarp();
      await until(async () => (await rolesOfNext()).length === ownRoles.length, lookMs);
      assert.deepEqual(readRoles(requireTokens(await logIn('bea'))), ownRoles);
    });

    it('a confirmed new address keeps the identity in Keycloak', async () => {
      const { company } = scenario.simulator;
      const before = await scenario.findUser(addressOf('cleo'));
      assert.ok(before !== undefined);
      const account = company.removeAccount(addressOf('cleo'));
      assert.equal(account, true);
      const names = { displayName: 'Cleo Person', givenName: 'Cleo', surname: 'Person' };
      company.addAccount({ address: 'cleopatra@example.com', password: 'cleopatra-demo', ...names });
      await scenario.syncIcewarp('--rename', `${addressOf('cleo')}=cleopatra@example.com`);
      await scenario.syncKeycloak('changed');
      const renamed = await scenario.findUser('cleopatra@example.com');
      assert.equal(renamed?.id, before.id);
      assert.equal(await scenario.findUser(addressOf('cleo')), undefined);
      requireTokens(await scenario.logIn('cleopatra@example.com', 'cleopatra-demo'));
    });

    it('a user deleted in IceWarp cannot log in, is disabled in Keycloak, and their refresh is refused', async () => {
      const tokens = requireTokens(await logIn('finn'));
      const { id } = (await scenario.findUser(addressOf('finn'))) ?? {};
      assert.equal(scenario.simulator.company.removeAccount(addressOf('finn')), true);
      await scenario.syncIcewarp();
      await untilRefused(() => logIn('finn'));
      const refused = await untilRefused(() => scenario.refresh(tokens.refreshToken));
      assert.equal(refused.error, 'invalid_grant');
      const user = await scenario.findUser(addressOf('finn'));
      assert.deepEqual([user?.id, user?.enabled], [id, false]);
    });
  });
}
