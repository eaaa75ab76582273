import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDesired } from '../../../plugin/desired.ts';
import type { DesiredItem } from '../../../plugin/items.ts';
import type { KeycloakSettings } from '../../../plugin/settings.ts';
import { brokering, federation, mapping, toSettings } from './target-harness.ts';

function plan(settings: KeycloakSettings): readonly DesiredItem[] {
  const groups = ['staff@example.com', 'a/b@example.com'];
  const facts = { realmId: 'r', mapping, groups, discovery: {}, sendsBindSecret: false, isAccountConfigured: false };
  return planDesired(settings, facts);
}

function propertiesOf(items: readonly DesiredItem[], name: string): DesiredItem['properties'] {
  const found = items.filter((item) => item.name === name);
  assert.equal(found.length, 1, `one item ${name}`);
  return found[0]?.properties ?? {};
}

describe('the realm as it should be', () => {
  it('has a role for every privilege and role that the mapping can give, described', () => {
    const roles = plan(toSettings()).filter(({ kind }) => kind === 'role');
    const described = Object.fromEntries(roles.map(({ name, properties }) => [name, properties.description]));
    assert.equal(described.LogOn, 'May log in to the archive');
    assert.equal(described['ReadArchive:*'], 'May read all archives');
    assert.equal(
      described['ReadArchive:group:legal@example.com'],
      'May read the archives of the members of legal@example.com',
    );
    assert.equal(described['DeleteArchive:eve@example.com'], 'May delete from the archive of eve@example.com');
    assert.equal(described.Auditor, 'Given by auditors');
    assert.equal(roles.length, 15);
  });

  it('makes a role after those that it includes', () => {
    const composites = [
      { role: 'A', includes: 'B' },
      { role: 'B', includes: 'C' },
      { role: 'C', includes: 'LogOn' },
    ];
    const names = plan(toSettings({ federation: { ...federation, composites } })).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => ['A', 'B', 'C', 'LogOn'].includes(name)),
      ['LogOn', 'C', 'B', 'A'],
    );
  });

  const providerCases: readonly (readonly [string, Partial<typeof federation>, Readonly<Record<string, string>>])[] = [
    ['a pool without StartTLS', {}, { connectionPooling: 'true', startTls: 'false' }],
    [
      'no pool with StartTLS, which Keycloak refuses',
      { startTls: true, connectionUrl: 'ldap://ldap.example.com' },
      { connectionPooling: 'false', startTls: 'true' },
    ],
    ['times without end for nothing', {}, { readTimeout: '10000', connectionTimeout: '5000' }],
    [
      'its own syncs switched off',
      { fullSyncSeconds: 0, changedSyncSeconds: 0 },
      { fullSyncPeriod: '-1', changedSyncPeriod: '-1' },
    ],
    ['milliseconds for the cache', { cacheSeconds: 60 }, { maxLifespan: '60000', cachePolicy: 'MAX_LIFESPAN' }],
    ['names below another base', { baseDn: 'dc=example,dc=com' }, { usersDn: 'ou=users,dc=example,dc=com' }],
    ['deletion of missing users only where asked for', { removeMissing: true }, { removeInvalidUsersEnabled: 'true' }],
    ['the service account as bind DN', { bindAccount: 'kc' }, { bindDn: 'cn=kc' }],
  ];
  for (const [name, change, expected] of providerCases) {
    it(`gives the LDAP provider ${name}`, () => {
      const config = propertiesOf(plan(toSettings({ federation: { ...federation, ...change } })), 'icewarp');
      assert.deepEqual({ ...config, ...expected }, config);
    });
  }

  it('reads whether a user may log in at every load', () => {
    const { type, ...config } = propertiesOf(plan(toSettings()), 'icewarp enabled');
    assert.equal(type, 'user-attribute-ldap-mapper');
    assert.deepEqual(
      [config['user.model.attribute'], config['ldap.attribute'], config['always.read.value.from.ldap']],
      ['enabled', 'accountEnabled', 'true'],
    );
  });

  it('keeps groups below their own parent, never below the root', () => {
    const config = propertiesOf(plan(toSettings()), 'icewarp groups');
    assert.equal(config['groups.path'], '/icewarp');
    assert.equal(config['drop.non.existing.groups.during.sync'], 'false');
  });

  it('says of each role mapper whether it fills realm roles or those of a client', () => {
    const items = plan(toSettings({ federation: { ...federation, clients: ['archive'] } }));
    assert.equal(propertiesOf(items, 'icewarp roles')['use.realm.roles.mapping'], 'true');
    const ofClient = propertiesOf(items, 'icewarp privileges of archive');
    assert.deepEqual([ofClient['use.realm.roles.mapping'], ofClient['client.id']], ['false', 'archive']);
  });

  it('attaches brokered logins to federated users, and needs no mappers then', () => {
    const items = plan(toSettings({ brokering }));
    const provider = items.find(({ kind }) => kind === 'identity provider')?.properties;
    assert.equal(provider?.firstBrokerLoginFlowAlias, 'icewarp auto-link');
    assert.ok(!items.some(({ kind }) => kind === 'identity provider mapper'));
  });

  it('gives groups and roles by mappers where users are brokered alone', () => {
    const items = plan(toSettings({ federation: undefined, brokering }));
    assert.equal(propertiesOf(items, 'icewarp').firstBrokerLoginFlowAlias, 'first broker login');
    assert.ok(items.some(({ kind, name }) => kind === 'group' && name === '/icewarp/staff@example.com'));
    assert.equal(propertiesOf(items, 'icewarp group a/b@example.com').group, '/icewarp/a~/b@example.com');
    const claimOf = (name: string) => JSON.parse(propertiesOf(items, `icewarp role ${name}`).claims ?? '')[0].key;
    assert.deepEqual(['LogOn', 'Auditor', 'ReadArchive:*'].map(claimOf), ['privileges', 'roles', 'archives']);
  });
});
