import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toComponentId } from '../../../plugin/component-ids.ts';
import { renderHead } from '../../../plugin/render-plan.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { brokering, createHarness, federation, toSettings } from './target-harness.ts';

const everything = toSettings({
  brokering,
  federation: {
    ...federation,
    clients: ['archive'],
    composites: [
      { role: 'Chief', includes: 'Auditor' },
      { role: 'Auditor', includes: 'LogOn' },
    ],
  },
});
const variants = {
  'LDAP alone': toSettings(),
  'LDAP and brokering, clients, composites': everything,
  'brokering alone': toSettings({ federation: undefined, brokering }),
};

describe('a realm that is set up', () => {
  for (const [name, settings] of Object.entries(variants)) {
    it(`needs nothing the second time: ${name}`, async () => {
      const { target, setUp, realm } = createHarness();
      await setUp(settings, ['staff@example.com', 'legal@example.com']);
      const { changes } = await target(settings, ['staff@example.com', 'legal@example.com']).plan();
      assert.deepEqual(changes, []);
      assert.deepEqual(realm.log, []);
    });

    it(`is as it was after a removal, foreign things untouched: ${name}`, async () => {
      const { target, setUp, realm, account } = createHarness();
      realm.roles.push({ id: 'r', name: 'LogOn', description: 'theirs', mark: undefined, includes: [] });
      realm.groups.push({ id: 'g', name: 'theirs', mark: undefined, parent: undefined });
      realm.components.push({ id: 'x', name: 'other', providerId: 'ldap', parentId: 'realm-1', config: {} });
      await setUp(settings);
      const made = target(settings);
      const { left } = await made.apply(await made.planRemoval(), () => {});
      assert.deepEqual(left, []);
      assert.deepEqual(realm.roles, [{ id: 'r', name: 'LogOn', description: 'theirs', mark: undefined, includes: [] }]);
      assert.deepEqual(
        realm.groups.map((group) => group.name),
        ['theirs'],
      );
      assert.deepEqual(
        realm.components.map((component) => component.name),
        ['other'],
      );
      assert.deepEqual([realm.flows, realm.providers, realm.providerMappers, account.state], [[], [], [], 'missing']);
    });
  }

  it('goes from one way to the other and back', async () => {
    const { target, setUp, realm } = createHarness();
    for (const settings of [everything, variants['brokering alone'], variants['LDAP alone'], everything]) {
      await setUp(settings);
      assert.deepEqual((await target(settings).plan()).changes, []);
    }
    assert.equal(realm.providers.length, 1);
  });

  it('shows what somebody changed as drift and mends that alone', async () => {
    const { target, setUp, realm } = createHarness();
    await setUp();
    const id = toComponentId('realm-1', 'icewarp');
    await realm.updateComponent({
      ...{ id, name: 'icewarp', providerId: 'ldap', parentId: 'realm-1', providerType: '' },
      config: { batchSizeForSync: '7', theirs: 'stays' },
    });
    realm.log.length = 0;
    const plan = await target().plan();
    assert.deepEqual(
      plan.changes.map((change) => [renderHead(change), change.action === 'update' && change.differences]),
      [['~ LDAP provider icewarp', [{ property: 'batchSizeForSync', from: '7', to: '500', isSecret: false }]]],
    );
    await target().apply(plan, () => {});
    assert.deepEqual(realm.log, ['update icewarp']);
    const [provider] = await realm.listLdapProviders();
    assert.deepEqual([provider?.config.batchSizeForSync, provider?.config.theirs], ['500', 'stays']);
  });

  it('loses the mappers of a client that is named no more, and the Kerberos mapper, and keeps those of others', async () => {
    const { target, setUp, realm } = createHarness();
    await setUp(everything);
    const parentId = toComponentId('realm-1', 'icewarp');
    realm.components.push(
      { id: 'k', name: 'Kerberos', providerId: 'kerberos-principal-attribute-mapper', parentId, config: {} },
      { id: 't', name: 'theirs', providerId: 'user-attribute-ldap-mapper', parentId, config: {} },
    );
    const { changes } = await target(toSettings({ brokering, federation: { ...federation, clients: [] } })).plan();
    assert.deepEqual(changes.map(renderHead).sort(), [
      '- LDAP mapper Kerberos',
      '- LDAP mapper icewarp privileges of archive',
      '- LDAP mapper icewarp roles of archive',
    ]);
  });

  it('has the same component ids whenever it is made, and others in another realm', () => {
    assert.equal(toComponentId('realm-1', 'icewarp'), toComponentId('realm-1', 'icewarp'));
    assert.notEqual(toComponentId('realm-1', 'icewarp'), toComponentId('realm-2', 'icewarp'));
    assert.match(toComponentId('a', 'b'), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('a plan that is carried out', () => {
  it('stops at the first failure, says what was done, and goes on from there the next time', async () => {
    const { target, setUp, realm } = createHarness();
    realm.failing = 'create icewarp groups';
    const plan = await target().plan();
    const told: string[] = [];
    const { done, left, failure } = await target().apply(plan, (change) => told.push(renderHead(change)));
    assert.deepEqual(done.map(renderHead), told);
    assert.ok(told.includes('+ LDAP provider icewarp'));
    assert.deepEqual(left.map(renderHead), [
      '+ LDAP mapper icewarp groups',
      '+ LDAP mapper icewarp privileges',
      '+ LDAP mapper icewarp roles',
    ]);
    assert.match(String(failure), /create icewarp groups failed/);
    realm.failing = undefined;
    await setUp();
    assert.deepEqual((await target().plan()).changes, []);
  });

  it('never holds a secret', async () => {
    const { target, realm } = createHarness();
    const plan = await target(everything).plan();
    await target(everything).apply(plan, () => {});
    assert.doesNotMatch(JSON.stringify(plan), /bind-secret|broker-secret|own-secret/);
    assert.deepEqual([...realm.secrets.values()].sort(), ['bind-secret-1', 'broker-secret']);
  });
});

describe('the secret of the service account', () => {
  const rotation = ['~ service account keycloak', '~ LDAP provider icewarp'];

  it('is made anew when Keycloak has one that does not work', async () => {
    const { target, setUp, realm, account } = createHarness();
    await setUp();
    realm.goodSecrets.clear();
    assert.deepEqual((await target().plan()).changes.map(renderHead), rotation);
    await setUp();
    assert.deepEqual([account.issued, [...realm.secrets.values()]], [2, ['bind-secret-2']]);
  });

  it('is made anew when asked for', async () => {
    const { target, setUp } = createHarness();
    await setUp();
    assert.deepEqual((await target().plan({ rotates: true })).changes.map(renderHead), rotation);
  });

  it('is that of the configuration where it has such an account', async () => {
    const { target, setUp, account } = createHarness();
    account.state = 'configured';
    const heads = (await target().plan()).changes.map(renderHead);
    assert.ok(!heads.some((head) => head.includes('service account')));
    await setUp();
    assert.deepEqual((await target().plan()).changes, []);
  });

  it('is told to nobody before the service takes it', async () => {
    const { target, realm, account } = createHarness();
    account.issue = async () => new Secret('never taken');
    const { done, failure } = await target().apply(await target().plan(), () => {});
    assert.deepEqual(done, []);
    assert.match(String(failure), /Keycloak cannot use ldaps:\/\/ldap\.example\.com:636.*AuthenticationFailure/);
    assert.equal(realm.components.length, 0);
  });

  it('of the broker is told again when it is another one', async () => {
    const { target, setUp, realm } = createHarness();
    await setUp(everything);
    const changed = { ...everything, brokering: { ...brokering, clientSecret: new Secret('another') } };
    assert.deepEqual((await target(changed).plan()).changes.map(renderHead), ['~ identity provider icewarp']);
    await setUp(changed);
    assert.equal(realm.secrets.get('icewarp'), 'another');
  });
});
