import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { int, text, tlv } from './support/ber.ts';
import { createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import {
  bindRequest,
  control,
  equal,
  pagedControl,
  type SearchParts,
  type SortKey,
  searchRequest,
  sortControl,
} from './support/requests.ts';

/** Given names and surnames; the description is a person's number, where there is one. */
const people: readonly (readonly [login: string, given: string, surname: string, description: string])[] = [
  ['a@example.com', 'Zoë', 'Miller', '2'],
  ['b@example.com', 'anna', 'Özil', ''],
  ['c@example.com', 'Bert', 'miller', '10'],
  ['d@example.com', 'bert', 'Adams', ''],
];

function createPeople() {
  const company = createCompany();
  const [model] = company.users.values();
  assert.ok(model);
  const users = people.map(([login, givenName, surname, description], index) => ({
    ...model,
    id: `00000000-0000-4000-9000-00000000000${index}`,
    ...{ login: login as typeof model.login, addresses: [login, `z${9 - index}@example.com`] },
    ...{ givenName, surname, description, memberships: [] },
    modifiedAt: new Date(2026, 0, 20 - index),
  }));
  return { ...company, users: new Map(users.map((user) => [user.id, user])) };
}

describe('a sorted search', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld({}, publish(createPeople()));
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function search(parts: SearchParts, client = reader): Promise<{ order: string; done: Answer }> {
    client.send(searchRequest(5, { base: 'ou=users,o=icewarp', scope: 1, attributes: ['1.1'], ...parts }));
    const { entries, done } = await client.searchResult();
    // The first letter of each address.
    return { order: entries.map(({ entry }) => entry?.dn.charAt(4)).join(''), done };
  }
  const sort = (keys: readonly SortKey[], isCritical = true) => search({ controls: [sortControl(keys, isCritical)] });

  const orders: readonly (readonly [name: string, keys: readonly SortKey[], order: string])[] = [
    ['by text, without regard to case', [{ attribute: 'givenName' }], 'bcda'],
    ['by text with regard to case', [{ attribute: 'givenName', rule: 'caseExactOrderingMatch' }], 'cabd'],
    ['backwards', [{ attribute: 'givenName', reverse: true }], 'acdb'],
    ['by several keys', [{ attribute: 'sn' }, { attribute: 'givenName' }], 'dcab'],
    ['by several keys, one backwards', [{ attribute: 'sn' }, { attribute: 'givenName', reverse: true }], 'dacb'],
    ['with entries that lack the key last', [{ attribute: 'description' }], 'cabd'],
    ['with entries that lack the key first when backwards', [{ attribute: 'description', reverse: true }], 'bdac'],
    ['by the least of several values', [{ attribute: 'mailAlternateAddress' }], 'dcba'],
    ['by time', [{ attribute: 'modifyTimestamp' }], 'dcba'],
    ['by an OID and an OID of the rule', [{ attribute: '2.5.4.42', rule: '2.5.13.3' }], 'bcda'],
    ['by an attribute that no entry has', [{ attribute: 'employeeNumber' }], 'abcd'],
  ];
  for (const [name, keys, order] of orders) {
    it(`is in order ${name}`, async () => {
      const { order: got, done } = await sort(keys);
      assert.deepEqual([got, done.code, done.sorting], [order, 0, { code: 0, attribute: undefined }]);
    });
  }

  const faults: readonly (readonly [name: string, keys: readonly SortKey[], code: number, attribute: string])[] = [
    ['an unknown attribute', [{ attribute: 'sn' }, { attribute: 'shoeSize' }], 16, 'shoeSize'],
    ['an attribute with options', [{ attribute: 'cn;lang-de' }], 16, 'cn;lang-de'],
    ['an unknown rule', [{ attribute: 'cn', rule: '1.2.3' }], 18, 'cn'],
    ['a rule for other values', [{ attribute: 'cn', rule: 'integerOrderingMatch' }], 18, 'cn'],
    ['values without an order', [{ attribute: 'memberOf' }], 18, 'memberOf'],
    ['an attribute named twice', [{ attribute: 'cn' }, { attribute: 'commonName' }], 53, 'commonName'],
  ];
  for (const [name, keys, code, attribute] of faults) {
    it(`fails for ${name} when that is critical, and is unsorted otherwise`, async () => {
      const critical = await sort(keys);
      assert.deepEqual([critical.order, critical.done.code], ['', 12]);
      assert.deepEqual(critical.done.sorting, { code, attribute });
      const other = await sort(keys, false);
      assert.deepEqual([other.order, other.done.code], ['abcd', 0]);
      assert.deepEqual(other.done.sorting, { code, attribute });
    });
  }

  it('is sorted before the size limit cuts it', async () => {
    const { order, done } = await search({ sizeLimit: 2, controls: [sortControl([{ attribute: 'givenName' }])] });
    assert.deepEqual([order, done.code, done.sorting?.code], ['bc', 4, 0]);
  });

  it('is sorted before it is cut into pages', async () => {
    let cookie: Uint8Array | undefined;
    let orders = '';
    do {
      const controls = [sortControl([{ attribute: 'givenName' }]), pagedControl(3, cookie)];
      const { order, done } = await search({ controls });
      orders += `${order} `;
      assert.deepEqual([done.code, done.sorting?.code], [0, 0]);
      cookie = done.paging?.cookie;
    } while (cookie !== undefined && cookie.length > 0);
    assert.equal(orders, 'bcd a ');
  });

  it('sees what the account may see', async () => {
    const user = await world.connect();
    user.send(bindRequest(1, 'a@example.com', 'a-demo'));
    assert.equal((await user.next()).code, 0);
    const { order } = await search({ scope: 2, controls: [sortControl([{ attribute: 'cn' }])] }, user);
    assert.equal(order, 'a');
  });

  it('is refused when the control is malformed, and the connection goes on', async () => {
    const oid = '1.2.840.113556.1.4.473';
    const key = tlv(0x30, text('cn'));
    const values = [
      undefined,
      text('x'),
      tlv(0x30),
      tlv(0x30, text('cn')),
      tlv(0x30, tlv(0x30, text('cn'), int(1))),
      tlv(0x30, tlv(0x30, text('cn'), tlv(0x81, Buffer.from([0xff, 0xff])))),
      tlv(0x30, ...Array.from({ length: 17 }, () => key)),
      Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
    ];
    for (const value of values) {
      const { done } = await search({ controls: [control(oid, false, value)] });
      assert.deepEqual([done.code, done.id], [2, 5], value?.toString('hex'));
    }
    const twice = [sortControl([{ attribute: 'cn' }]), sortControl([{ attribute: 'cn' }])];
    assert.equal((await search({ controls: twice })).done.code, 2);
    assert.equal((await search({ filter: equal('uid', 'a@example.com') })).order, 'a');
  });
});

describe('sorting a large result', () => {
  it('lets others of the thread go on, and ends when the client has gone', async () => {
    await using world = await startWorld({}, publish(createCompany(6_000)));
    const [sorting, other] = [await world.connectReader(), await world.connectReader()];
    const controls = [sortControl([{ attribute: 'cn', reverse: true }, { attribute: 'mail' }])];
    const parts = { base: 'ou=users,o=icewarp', scope: 1, attributes: ['1.1'], controls };
    sorting.send(searchRequest(2, parts));
    await new Promise((resolve) => setImmediate(resolve));
    other.send(searchRequest(3, { filter: equal('uid', 'alice@example.com') }));
    const first = await Promise.race([
      sorting.searchResult().then(({ entries }) => entries.map(({ entry }) => entry?.dn)),
      other.searchResult().then(() => 'other'),
    ]);
    assert.equal(first, 'other');
    other.send(searchRequest(4, parts));
    other.socket.resetAndDestroy();
    const third = await world.connectReader();
    third.send(searchRequest(2, parts));
    const { entries } = await third.searchResult();
    assert.equal(entries.length, 6_005);
    const names = entries.map(({ entry }) => entry?.dn ?? '');
    assert.match(names[0] ?? '', /user999@/);
    assert.deepEqual(world.errors, []);
  });
});
