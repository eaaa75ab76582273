import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import {
  and,
  bindRequest,
  control,
  equal,
  not,
  or,
  present,
  type SearchParts,
  searchRequest,
} from './support/requests.ts';

describe('a search', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld();
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function search(
    parts: SearchParts,
    client = reader,
  ): Promise<{ dns: string[]; entries: Answer[]; done: Answer }> {
    client.send(searchRequest(9, parts));
    const { entries, done } = await client.searchResult();
    assert.equal(done.tag, 0x65);
    for (const answer of [...entries, done]) assert.equal(answer.id, 9);
    return { dns: entries.map(({ entry }) => entry?.dn ?? ''), entries, done };
  }

  const alice = 'uid=alice@example.com,ou=users,o=icewarp';

  it('finds by base, one level, subtree and subordinates', async () => {
    const count = async (base: string, scope: number) => (await search({ base, scope })).dns.length;
    assert.equal(await count('ou=users,o=icewarp', 0), 1);
    assert.equal(await count('ou=users,o=icewarp', 1), 5);
    assert.equal(await count('ou=users,o=icewarp', 2), 6);
    assert.equal(await count('ou=users,o=icewarp', 3), 5);
    assert.equal(await count('o=icewarp', 1), 4);
    assert.deepEqual((await search({ base: 'UID=Alice@Example.com, ou=Users ,O=icewarp', scope: 0 })).dns, [alice]);
  });

  it('takes the empty DN for what is above the base', async () => {
    const all = (await search({})).dns;
    assert.deepEqual((await search({ base: '', scope: 2 })).dns, all);
    assert.deepEqual((await search({ base: '', scope: 3 })).dns, all);
    assert.deepEqual((await search({ base: '', scope: 1 })).dns, ['o=icewarp']);
  });

  const filters: readonly (readonly [string, Buffer, number])[] = [
    ['equality', equal('mail', 'ALICE@example.com'), 1],
    ['and', and(equal('objectClass', 'person'), equal('givenName', 'bob')), 1],
    ['or', or(equal('givenName', 'alice'), equal('givenName', 'bob')), 2],
    ['not', and(equal('objectClass', 'person'), not(equal('givenName', 'bob'))), 4],
    ['an empty and', and(), 23],
    ['an empty or', or(), 0],
    ['an unknown attribute', equal('shoeSize', '43'), 0],
    ['the opposite of an unknown attribute', not(equal('shoeSize', '43')), 0],
    ['substrings', tlv(0xa4, text('mail'), tlv(0x30, text('al', 0x80), text('exam', 0x81), text('com', 0x82))), 1],
    ['a beginning', tlv(0xa4, text('mail'), tlv(0x30, text('rob', 0x80))), 1],
    ['greater or equal', tlv(0xa5, text('modifyTimestamp'), text('20250101000000Z')), 23],
    ['less or equal', tlv(0xa6, text('modifyTimestamp'), text('19700101000000.0Z')), 0],
    ['approximately', tlv(0xa8, text('givenName'), text('ALICE')), 1],
    ['an extensible match', tlv(0xa9, text('caseExactMatch', 0x81), text('givenName', 0x82), text('alice', 0x83)), 1],
    [
      'an extensible match with dnAttributes',
      tlv(0xa9, text('ou', 0x82), text('x', 0x83), tlv(0x84, Buffer.from([0xff]))),
      0,
    ],
    ['presence', present('memberOf'), 4],
  ];
  for (const [name, filter, count] of filters) {
    it(`decides ${name}`, async () => {
      const { dns, done } = await search({ filter });
      assert.equal(done.code, 0);
      assert.equal(dns.length, count, dns.join('\n'));
    });
  }

  it('gives the attributes asked for, and types alone when asked for', async () => {
    const one = { base: alice, scope: 0 };
    const [some] = (await search({ ...one, attributes: ['MAIL', 'entryUUID', 'unknown'] })).entries;
    assert.deepEqual(some?.entry?.attributes, {
      mail: ['alice@example.com'],
      entryUUID: ['00000000-0000-4000-9000-000000000001'],
    });
    const [none] = (await search({ ...one, attributes: ['1.1'] })).entries;
    assert.deepEqual(none?.entry?.attributes, {});
    const [types] = (await search({ ...one, attributes: ['mail'], typesOnly: true })).entries;
    assert.deepEqual(types?.entry?.attributes, { mail: [] });
  });

  it('obeys the size limit of the client, and says that there is more', async () => {
    const limited = await search({ base: 'ou=users,o=icewarp', scope: 1, sizeLimit: 2 });
    assert.deepEqual([limited.dns.length, limited.done.code], [2, 4]);
    const exact = await search({ base: 'ou=users,o=icewarp', scope: 1, sizeLimit: 5 });
    assert.deepEqual([exact.dns.length, exact.done.code], [5, 0]);
  });

  it('says that a base does not exist, and what of it does', async () => {
    const { done, dns } = await search({ base: 'uid=nobody@example.com,ou=users,o=icewarp' });
    assert.deepEqual([done.code, done.matchedDn, dns.length], [32, 'ou=users,o=icewarp', 0]);
    assert.deepEqual((await search({ base: 'dc=example' })).done.matchedDn, '');
  });

  it('refuses what is no DN', async () => {
    assert.equal((await search({ base: 'users of icewarp' })).done.code, 34);
  });

  it('shows a user the own entry alone', async () => {
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'alice-demo'));
    assert.equal((await client.next()).code, 0);
    assert.deepEqual((await search({}, client)).dns, [alice]);
    assert.deepEqual((await search({ filter: equal('mail', 'bob@example.com') }, client)).dns, []);
    assert.equal((await search({ base: 'uid=bob@example.com,ou=users,o=icewarp', scope: 0 }, client)).done.code, 32);
  });

  it('is refused before a bind, whatever it asks for: nothing looks as if it were not there', async () => {
    const client = await world.connect();
    for (const parts of [{}, { base: 'dc=nowhere' }, { base: '', scope: 2 }, { base: alice, scope: 0 }]) {
      const { done, dns } = await search(parts, client);
      assert.deepEqual([done.code, dns.length, done.matchedDn], [50, 0, '']);
      assert.match(done.text, /bind first/);
    }
  });

  it('fails while there is no directory, which is not an empty one', async () => {
    const { snapshot } = world;
    world.snapshot = undefined;
    const { done } = await search({});
    world.snapshot = snapshot;
    assert.equal(done.code, 52);
    assert.match(done.text, /first synchronisation/);
  });

  it('refuses an unknown scope or deref by its own answer, and goes on', async () => {
    assert.equal((await search({ scope: 4 })).done.code, 2);
    assert.equal((await search({ deref: 4 })).done.code, 2);
    assert.equal((await search({ deref: 3 })).done.code, 0);
  });

  it('refuses an unknown critical control, and passes over one that is not critical', async () => {
    assert.deepEqual((await search({ controls: [control('1.2.3.4', true)] })).done.code, 12);
    assert.deepEqual((await search({ controls: [control('1.2.3.4', false)] })).done.code, 0);
    assert.deepEqual((await search({ controls: [control('2.16.840.1.113730.3.4.2', true)] })).done.code, 0);
  });

  it('tells the counters about codes and entries', async () => {
    world.searches.length = 0;
    await search({ base: 'ou=users,o=icewarp', scope: 1 });
    await search({ base: 'dc=nowhere' });
    assert.deepEqual(world.searches, [
      [0, 5],
      [32, 0],
    ]);
  });
});
