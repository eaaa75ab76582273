import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findFreePort } from '../../../support/free-port.ts';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { requireTokens } from '../support/password-login.ts';
import { addressOf, type RealmScenario, scenarioLimitMs, startRealmScenario } from '../support/realm-scenario.ts';

interface Component {
  readonly id: string;
  readonly name: string;
  readonly providerId: string;
  readonly parentId: string;
  readonly config: Readonly<Record<string, readonly string[]>>;
}

const providerType = 'org.keycloak.storage.UserStorageProvider';
const mapperType = 'org.keycloak.storage.ldap.mappers.LDAPStorageMapper';

/** What `keycloak plan`, `apply` and `remove` do to a realm that somebody works on by hand. */
export function describePlanning(keycloak: () => KeycloakServer): void {
  describe('a realm that was set up', { timeout: scenarioLimitMs }, () => {
    let scenario: RealmScenario;
    before(async () => {
      scenario = await startRealmScenario(keycloak(), { users: 10 });
    });
    after(() => scenario?.close());

    const readProvider = async () => {
      const [provider, ...others] = await scenario.admin.get<Component[]>(`components?type=${providerType}`);
      assert.ok(provider !== undefined);
      assert.equal(others.length, 0);
      return provider;
    };
    const readMappers = async () => {
      const { id } = await readProvider();
      return scenario.admin.get<Component[]>(`components?parent=${id}&type=${mapperType}`);
    };

    it('needs nothing more: the plan is empty, and a second application changes nothing', async () => {
      const { stdout } = await scenario.expect(0, 'keycloak', 'plan', '--json');
      assert.deepEqual(JSON.parse(stdout).changes, []);
      const before = [await readProvider(), await readMappers()];
      await scenario.expect(0, 'keycloak', 'apply');
      assert.deepEqual([await readProvider(), await readMappers()], before);
    });

    it('what was changed by hand is shown with both values and mended, the rest is left alone', async () => {
      const provider = await readProvider();
      const config = { ...provider.config, batchSizeForSync: ['13'], priority: ['0'], evictionHour: ['4'] };
      await scenario.admin.put(`components/${provider.id}`, { ...provider, config });
      const groups = (await readMappers()).find(({ providerId }) => providerId === 'group-ldap-mapper');
      assert.ok(groups !== undefined);
      await scenario.admin.remove(`components/${groups.id}`);
      await scenario.admin.post('components', {
        ...{ name: 'added by hand', providerId: 'hardcoded-attribute-mapper', providerType: mapperType },
        ...{ parentId: provider.id, config: { 'user.model.attribute': ['site'], 'attribute.value': ['north'] } },
      });

      const { stdout } = await scenario.expect(2, 'keycloak', 'plan');
      assert.match(stdout, /batchSizeForSync.*13.*500/);
      assert.match(stdout, /\+.*icewarp groups/);
      assert.doesNotMatch(stdout, /added by hand|evictionHour/);
      await scenario.expect(0, 'keycloak', 'apply');
      await scenario.expect(0, 'keycloak', 'plan');
      assert.deepEqual((await readProvider()).config.batchSizeForSync, ['500']);
      assert.deepEqual((await readProvider()).config.evictionHour, ['4']);
      const names = (await readMappers()).map(({ name }) => name);
      assert.ok(names.includes('icewarp groups') && names.includes('added by hand'), names.join(', '));
    });

    it('a secret that somebody overwrote is found by trying it, and given anew', async () => {
      const provider = await readProvider();
      const config = { ...provider.config, bindCredential: ['overwritten'] };
      await scenario.admin.put(`components/${provider.id}`, { ...provider, config });
      const { stdout } = await scenario.expect(2, 'keycloak', 'plan');
      assert.doesNotMatch(stdout, /overwritten/);
      await scenario.expect(0, 'keycloak', 'apply');
      await scenario.expect(0, 'keycloak', 'plan');
      requireTokens(await scenario.logIn(addressOf('bea'), 'bea-demo'));
    });

    it('another secret is given on demand, and logins go on with it', async () => {
      const { stdout, stderr } = await scenario.expect(0, 'keycloak', 'apply', '--rotate');
      assert.match(stdout, /bindCredential/);
      assert.doesNotMatch(stdout + stderr, /secret\s+\S{20}/);
      requireTokens(await scenario.logIn(addressOf('bea'), 'bea-demo'));
      await scenario.expect(0, 'keycloak', 'plan');
    });

    for (const action of ['testConnection', 'testAuthentication'] as const) {
      it(`Keycloak's own ${action} succeeds`, async () => {
        await scenario.admin.post('testLDAPConnection', { action, ...(await toTrial(await readProvider())) });
      });
    }

    it("Keycloak's query of supported extensions answers, paging among them", async () => {
      const trial = { action: 'queryServerCapabilities', ...(await toTrial(await readProvider())) };
      const found = await scenario.admin.ask<{ oid: unknown }[]>('ldap-server-capabilities', trial);
      assert.ok(JSON.stringify(found).includes('1.2.840.113556.1.4.319'), JSON.stringify(found));
    });

    it('an LDAP service that Keycloak cannot reach stops the plan before anything is changed', async () => {
      const before = await readProvider();
      const url = `ldap://127.0.0.1:${await findFreePort()}`;
      const { stderr } = await scenario.expect(1, 'keycloak', 'apply', '--keycloak-federation-connection-url', url);
      assert.ok(stderr.includes(url), stderr);
      assert.deepEqual(await readProvider(), before);
    });

    it('two providers of our name stop the plan, which names both', async () => {
      const { id, ...copy } = await readProvider();
      await scenario.admin.post('components', { ...copy, config: { ...copy.config, bindCredential: ['x'] } });
      const { stderr } = await scenario.expect(1, 'keycloak', 'plan');
      assert.ok(stderr.includes(id), stderr);
      const all = await scenario.admin.get<Component[]>(`components?type=${providerType}`);
      for (const other of all.filter((each) => each.id !== id)) {
        assert.ok(stderr.includes(other.id), stderr);
        await scenario.admin.remove(`components/${other.id}`);
      }
      await scenario.expect(0, 'keycloak', 'plan');
    });

    it('a missing right is named', async () => {
      const rights = await scenario.takeRight('manage-users');
      const { stderr } = await scenario.expect(1, 'keycloak', 'plan');
      assert.match(stderr, /manage-users/);
      await rights.giveBack();
      await scenario.expect(0, 'keycloak', 'plan');
    });

    it('a wrong address, a wrong secret and a realm that is not there are told apart', async () => {
      const nobody = `http://127.0.0.1:${await findFreePort()}`;
      const unreached = await scenario.expect(1, 'keycloak', 'plan', '--keycloak-url', nobody);
      assert.ok(unreached.stderr.includes(nobody), unreached.stderr);
      const unknown = await scenario.expect(1, 'keycloak', 'plan', '--keycloak-client-id', 'somebody-else');
      assert.match(unknown.stderr, /refuses the login of client somebody-else/);
      const elsewhere = await scenario.expect(1, 'keycloak', 'plan', '--keycloak-realm', 'not-there');
      assert.match(elsewhere.stderr, /no realm not-there/);
    });

    it('a removal takes away what is ours and leaves what is not', async () => {
      await scenario.admin.post('roles', { name: 'by-hand' });
      await scenario.expect(0, 'keycloak', 'remove');
      assert.deepEqual(await scenario.admin.get(`components?type=${providerType}`), []);
      const roles = (await scenario.admin.get<{ name: string }[]>('roles?max=1000')).map(({ name }) => name);
      assert.ok(roles.includes('by-hand'), roles.join(', '));
      assert.ok(!roles.includes('LogOn'), roles.join(', '));
      const again = await scenario.expect(0, 'keycloak', 'remove', '--dry-run', '--json');
      assert.deepEqual(JSON.parse(again.stdout).changes, []);
    });

    it('a provider that somebody made by hand under our name stops the plan and stays as it is', async () => {
      const url = `ldap://127.0.0.1:${scenario.ldapPort}`;
      const config = {
        vendor: ['other'],
        connectionUrl: [url],
        editMode: ['READ_ONLY'],
        usersDn: ['ou=users,o=icewarp'],
      };
      await scenario.admin.post('components', { ...{ name: 'icewarp', providerId: 'ldap', providerType }, config });
      const before = [await readProvider(), await readMappers()];
      const { stderr } = await scenario.expect(1, 'keycloak', 'apply');
      assert.match(stderr, /icewarp .*was not made by us/);
      assert.deepEqual([await readProvider(), await readMappers()], before);
      await scenario.expect(0, 'keycloak', 'remove');
      assert.deepEqual([await readProvider(), await readMappers()], before);
    });
  });
}

async function toTrial({ id, config }: Component) {
  const first = (key: string) => config[key]?.[0];
  return {
    ...{ connectionUrl: first('connectionUrl'), bindDn: first('bindDn'), bindCredential: '**********' },
    ...{
      componentId: id,
      authType: 'simple',
      useTruststoreSpi: 'always',
      startTls: 'false',
      connectionTimeout: '5000',
    },
  };
}
