import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccessScope } from '../../../sidecar/core/access.ts';
import type { Directory, Group } from '../../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../../sidecar/core/names.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../sidecar/core/service-accounts.ts';
import { cheapCost, createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import {
  and,
  bindRequest,
  compareRequest,
  equal,
  not,
  pagedControl,
  present,
  type SearchParts,
  searchRequest,
  sortControl,
} from './support/requests.ts';

const unlimited: AccessScope = { domains: [], groups: [], role: undefined, attributes: [] };
const scopes: Readonly<Record<string, Partial<AccessScope>>> = {
  auditing: { groups: ['auditors@example.com' as GroupName] },
  elsewhere: { domains: ['example.org'] },
  addresses: { attributes: ['uid', 'mail'] },
  roles: { role: 'auditor' },
  all: {},
};
const auditors = 'cn=auditors@example.com,ou=groups,o=icewarp';
const secret = 'cn=secret@example.org,ou=groups,o=icewarp';
const alice = 'uid=alice@example.com,ou=users,o=icewarp';
const bob = 'uid=bob@example.com,ou=users,o=icewarp';
const olga = 'uid=olga@example.org,ou=users,o=icewarp';

/** The usual company, and a secret group of Alice and of Olga, who is at another domain. */
function createDivided(): Directory {
  const company = createCompany();
  const [known] = company.groups.values();
  const first = [...company.users.values()][0];
  assert.ok(known && first);
  const group: Group = {
    ...known,
    ...{ id: '00000000-0000-4000-8000-0000000000bb', name: 'secret@example.org' as GroupName },
    ...{ addresses: ['secret@example.org'], members: ['alice@example.com', 'olga@example.org'] },
  };
  const inBoth = [...first.memberships, { groupId: group.id, direct: true }];
  const added = {
    ...{ ...first, id: '00000000-0000-4000-9000-000000000099', login: 'olga@example.org' as LoginName, roles: [] },
    ...{ addresses: ['olga@example.org'], memberships: [{ groupId: group.id, direct: true }] },
  };
  const users = new Map(company.users).set(first.id, { ...first, memberships: inBoth }).set(added.id, added);
  return { ...company, users, groups: new Map(company.groups).set(group.id, group) };
}

describe('a service account with a scope', () => {
  let world: LdapWorld;
  before(async () => {
    const accounts = Object.entries(scopes).map(([name, scope]) => ({
      ...{ name, password: new Secret('demo'), access: { scope: { ...unlimited, ...scope } } },
    }));
    const serviceAccounts = await hashServiceAccounts(accounts, cheapCost);
    world = await startWorld({ serviceAccounts }, publish(createDivided()));
  });
  after(() => world.stop());

  async function connectAs(name: string): Promise<RawClient> {
    const client = await world.connect();
    await bindAs(client, name);
    return client;
  }
  async function bindAs(client: RawClient, name: string): Promise<void> {
    client.send(bindRequest(1, `cn=${name}`, 'demo'));
    assert.equal((await client.next()).code, 0);
  }
  async function search(client: RawClient, parts: SearchParts) {
    client.send(searchRequest(2, parts));
    const { entries, done } = await client.searchResult();
    return { done, dns: entries.map(({ entry }) => entry?.dn), entries: entries.map(({ entry }) => entry?.attributes) };
  }
  const people = { base: 'ou=users,o=icewarp', scope: 1 };

  it('sees the users of its groups, those groups and no other', async () => {
    const client = await connectAs('auditing');
    assert.deepEqual((await search(client, people)).dns, [alice]);
    assert.deepEqual((await search(client, { base: 'ou=groups,o=icewarp', scope: 1 })).dns, [auditors]);
  });

  it('sees users and groups of its domains', async () => {
    const client = await connectAs('elsewhere');
    assert.deepEqual((await search(client, people)).dns, [olga]);
    const { dns, entries } = await search(client, { base: 'ou=groups,o=icewarp', scope: 1, attributes: ['member'] });
    assert.deepEqual([dns, entries], [[secret], [{ member: [olga] }]]);
  });

  it('sees the users with its role, and the groups that they are in', async () => {
    const client = await connectAs('roles');
    assert.deepEqual((await search(client, people)).dns, [alice]);
    assert.deepEqual((await search(client, { base: 'ou=groups,o=icewarp', scope: 1 })).dns, [auditors, secret]);
  });

  it('sees no membership of what is hidden, in entries and in filters', async () => {
    const client = await connectAs('auditing');
    const { entries } = await search(client, { ...people, attributes: ['memberOf'] });
    assert.ok(entries[0]?.memberOf?.includes(auditors));
    assert.equal(entries[0]?.memberOf?.includes(secret), false);
    for (const attribute of ['memberOf', 'member']) {
      const hidden = attribute === 'member' ? olga : secret;
      const nowhere = 'cn=nowhere,o=icewarp';
      for (const value of [hidden, nowhere]) {
        assert.deepEqual((await search(client, { filter: equal(attribute, value) })).dns, []);
      }
      const others = async (value: string) => (await search(client, { filter: not(equal(attribute, value)) })).dns;
      assert.deepEqual(await others(hidden), await others(nowhere));
    }
  });

  it('is told of hidden entries what it is told of missing ones', async () => {
    const client = await connectAs('auditing');
    for (const name of ['bob@example.com', 'nobody@example.com']) {
      const dn = `uid=${name},ou=users,o=icewarp`;
      for (const base of [dn, `cn=x,${dn}`]) {
        const { done } = await search(client, { base, scope: 0 });
        assert.deepEqual([done.code, done.matchedDn], [32, 'ou=users,o=icewarp'], base);
      }
      client.send(compareRequest(3, dn, 'mail', name));
      const compared = await client.next();
      assert.deepEqual([compared.code, compared.matchedDn], [32, 'ou=users,o=icewarp']);
    }
    client.send(compareRequest(4, alice, 'memberOf', secret));
    assert.equal((await client.next()).code, 5);
    client.send(compareRequest(5, alice, 'memberOf', auditors));
    assert.equal((await client.next()).code, 6);
  });

  it('counts what it sees alone', async () => {
    const client = await connectAs('auditing');
    const { entries } = await search(client, { base: 'ou=users,o=icewarp', scope: 0, attributes: ['numSubordinates'] });
    assert.deepEqual(entries, [{ numSubordinates: ['1'] }]);
    const { dns } = await search(client, { filter: equal('numSubordinates', '6') });
    assert.deepEqual(dns, []);
    client.send(searchRequest(2, { ...people, controls: [pagedControl(0)] }));
    const { done } = await client.searchResult();
    assert.equal(done.paging?.estimate, 1);
  });

  it('sorts by what it sees', async () => {
    const client = await connectAs('elsewhere');
    const sorted = { filter: present('cn'), controls: [sortControl([{ attribute: 'cn' }])], attributes: ['1.1'] };
    const { dns, done } = await search(client, { ...sorted, base: 'ou=groups,o=icewarp' });
    assert.deepEqual([dns, done.sorting?.code], [[secret], 0]);
  });

  it('has no attribute beside those of its scope: not to read, to find by, to compare or to sort by', async () => {
    const client = await connectAs('addresses');
    const { entries } = await search(client, { base: alice, scope: 0, attributes: ['*', 'cn', 'memberOf'] });
    assert.deepEqual(Object.keys(entries[0] ?? {}).sort(), ['mail', 'objectClass', 'uid']);
    for (const filter of [
      equal('cn', 'Alice Example'),
      not(equal('cn', 'nobody')),
      present('memberOf'),
      not(present('memberOf')),
    ]) {
      assert.deepEqual((await search(client, { filter })).dns, []);
    }
    assert.deepEqual((await search(client, { filter: and(equal('mail', 'robert@example.com')) })).dns, [bob]);
    client.send(compareRequest(3, alice, 'cn', 'Alice Example'));
    assert.equal((await client.next()).code, 16);
    const inOrder = async (attribute: string) =>
      (await search(client, { ...people, controls: [sortControl([{ attribute, reverse: true }])] })).dns;
    assert.deepEqual(await inOrder('cn'), (await search(client, people)).dns);
  });

  it('sees everything when the scope limits nothing', async () => {
    const { dns } = await search(await connectAs('all'), people);
    assert.deepEqual([dns.length, dns.includes(olga)], [6, true]);
  });

  it('cannot go on with the pages of the account that was bound before', async () => {
    const client = await connectAs('all');
    client.send(searchRequest(2, { ...people, controls: [pagedControl(1)] }));
    const { done } = await client.searchResult();
    await bindAs(client, 'auditing');
    client.send(searchRequest(3, { ...people, controls: [pagedControl(1, done.paging?.cookie)] }));
    const next = await client.searchResult();
    assert.deepEqual([next.entries.length, next.done.code], [0, 53]);
  });

  it('sees a change of the directory with the next search', async () => {
    const client = await connectAs('auditing');
    const before = world.snapshot;
    world.snapshot = publish(createCompany());
    assert.deepEqual((await search(client, { ...people, attributes: ['1.1'] })).dns, [alice]);
    const { entries } = await search(client, { base: alice, scope: 0, attributes: ['memberOf'] });
    world.snapshot = before;
    assert.ok(entries[0]?.memberOf?.includes(auditors));
  });
});
