import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { readClaims, readRoles, requireTokens } from '../support/password-login.ts';
import { addressOf, type RealmScenario, scenarioLimitMs, startRealmScenario } from '../support/realm-scenario.ts';

const wishes = ['--keycloak-clients', 'archive', '--keycloak-federation-composites', 'auditor>reader'] as const;

/** Roles beyond those of the realm: of clients, and within others. */
export function describeClientRoles(keycloak: () => KeycloakServer): void {
  describe('roles of clients and composite roles', { timeout: scenarioLimitMs }, () => {
    let scenario: RealmScenario;
    before(async () => {
      scenario = await startRealmScenario(keycloak(), { users: 10 });
    });
    after(() => scenario?.close());

    it('a client and a role that the realm has not stop the plan, which names both', async () => {
      const { stderr } = await scenario.expect(1, 'keycloak', 'plan', ...wishes);
      assert.match(stderr, /view-clients/, 'this right too is wanted from now on');
      await scenario.expect(0, 'keycloak', 'bootstrap', ...wishes);
      const next = await scenario.expect(1, 'keycloak', 'plan', ...wishes);
      assert.match(next.stderr, /names archive/);
      assert.match(next.stderr, /auditor includes reader/);
    });

    it("the token carries the client's roles, and what a role includes", async () => {
      await scenario.admin.post('clients', { clientId: 'archive', publicClient: true });
      await scenario.admin.post('roles', { name: 'reader' });
      await scenario.expect(0, 'keycloak', 'apply', ...wishes);
      await scenario.expect(0, 'keycloak', 'plan', ...wishes);
      await scenario.syncKeycloak('full');
      const tokens = requireTokens(await scenario.logIn(addressOf('ada'), 'ada-demo'));
      const { resource_access: access } = readClaims(tokens.accessToken) as {
        resource_access: Readonly<Record<string, { roles: readonly string[] }>>;
      };
      const own = ['ExportEmail', 'LogOn', 'ReadArchive:*', 'ReadOwnArchive', 'auditor'];
      assert.deepEqual([...(access.archive?.roles ?? [])].sort(), own);
      assert.deepEqual(readRoles(tokens), [...own, 'reader']);
    });

    it('roles and their clients go with their wish', async () => {
      const { stdout } = await scenario.expect(2, 'keycloak', 'plan');
      assert.match(stdout, /-.*privileges of archive/);
      await scenario.expect(0, 'keycloak', 'apply');
      await scenario.expect(0, 'keycloak', 'plan');
      const tokens = requireTokens(await scenario.logIn(addressOf('ada'), 'ada-demo'));
      const { resource_access: access } = readClaims(tokens.accessToken) as {
        resource_access?: Readonly<Record<string, unknown>>;
      };
      assert.equal(access?.archive, undefined);
    });
  });
}
