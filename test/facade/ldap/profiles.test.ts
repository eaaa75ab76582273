import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { keepNumbers } from '../../../sidecar/core/numeric-ids.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../sidecar/core/service-accounts.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import { usualPosixSettings } from '../../../sidecar/facade/ldap/profiles/facts.ts';
import type { LdapServerOptions } from '../../../sidecar/facade/ldap/server.ts';
import { text, tlv } from './support/ber.ts';
import { cheapCost, createCompany, type LdapWorld, startWorld } from './support/ldap-world.ts';
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
} from './support/requests.ts';

const alice = 'uid=alice@example.com,ou=users,o=icewarp';
const bob = 'uid=bob@example.com,ou=users,o=icewarp';
const auditors = 'cn=auditors@example.com,ou=groups,o=icewarp';
const people = { base: 'ou=users,o=icewarp', scope: 1 };

const company = createCompany(3);
/** All UUIDs of the company begin alike, so that all its numbers are kept ones. */
const keptNumbers = keepNumbers([...company.users.values(), ...company.groups.values()], usualPosixSettings.range, []);
const block = buildSnapshot(company, { baseDn: 'o=icewarp', publishedAt: new Date(), keptNumbers });

async function search(client: RawClient, parts: SearchParts) {
  client.send(searchRequest(2, parts));
  const { entries, done } = await client.searchResult();
  return {
    code: done.code,
    done,
    dns: entries.map(({ entry }) => entry?.dn),
    shown: entries.map(({ entry }) => entry?.attributes ?? {}),
  };
}

function describeProfile(
  profile: string,
  tests: (world: { readonly client: () => RawClient; readonly world: () => LdapWorld }) => void,
  options: Partial<LdapServerOptions> = {},
): void {
  describe(`the profile ${profile}`, () => {
    let world: LdapWorld;
    let client: RawClient;
    before(async () => {
      world = await startWorld({ profile, ...options }, openSnapshot(block));
      client = await world.connectReader();
    });
    after(() => world.stop());
    tests({ client: () => client, world: () => world });
  });
}

describeProfile(
  'keycloak',
  ({ client, world }) => {
    it('shows one address and finds by every one', async () => {
      const { dns, shown } = await search(client(), {
        filter: equal('mail', 'ROBERT@example.com'),
        attributes: ['mail'],
      });
      assert.deepEqual([dns, shown], [[bob], [{ mail: ['bob@example.com'] }]]);
      const own = await search(client(), { base: bob, scope: 0 });
      assert.deepEqual(own.shown[0]?.mail, ['bob@example.com']);
    });

    it('gives no part of a result: a limit of the client ends the search before its first entry', async () => {
      const cut = await search(client(), { ...people, sizeLimit: 2 });
      assert.deepEqual([cut.code, cut.dns], [53, []]);
      client().send(searchRequest(2, { ...people, sizeLimit: 2, controls: [pagedControl(1)] }));
      const paged = await client().searchResult();
      assert.deepEqual([paged.done.code, paged.entries.length], [53, 0]);
      const fitting = await search(client(), { base: alice, scope: 0, sizeLimit: 2 });
      assert.deepEqual([fitting.code, fitting.dns], [0, [alice]]);
    });

    it('is not told that a limit of ours was met by a code that means "nobody"', async () => {
      const { code, dns } = await search(client(), people);
      assert.deepEqual([code, dns], [53, []]);
      assert.ok(world().searches.every(([own]) => ![3, 4, 10, 11].includes(own)));
    });
  },
  { limits: { entries: 3 } },
);

describeProfile('activedirectory', ({ client }) => {
  const guid = Buffer.from('00000000000000409000000000000001', 'hex');

  it('gives objectGUID as octets, low ones first, and finds by it', async () => {
    client().send(searchRequest(2, { base: alice, scope: 0, attributes: ['objectGUID'] }));
    const chunk = await new Promise<Buffer>((resolve) => client().socket.once('data', resolve));
    await client().searchResult();
    assert.ok(chunk.includes(tlv(0x04, guid)), chunk.toString('hex'));
    const find = (value: Buffer) => search(client(), { filter: tlv(0xa3, text('objectGUID'), text(value)) });
    assert.deepEqual((await find(guid)).dns, [alice]);
    assert.deepEqual((await find(guid.subarray(1))).dns, []);
  });

  it('answers the filters of its clients, and makes up no security identifier', async () => {
    const isUser = and(equal('objectClass', 'user'), equal('objectCategory', 'person'));
    assert.equal((await search(client(), { filter: isUser })).dns.length, 8);
    assert.deepEqual((await search(client(), { filter: equal('objectCategory', 'group') })).dns, [auditors]);
    assert.deepEqual((await search(client(), { filter: equal('distinguishedName', auditors) })).dns, [auditors]);
    assert.deepEqual((await search(client(), { filter: not(present('objectSid')) })).dns, []);
    const { shown } = await search(client(), { base: alice, scope: 0 });
    assert.deepEqual(shown[0]?.distinguishedName, [alice]);
    assert.ok(shown[0]?.objectClass?.includes('user'));
    assert.equal(shown[0]?.objectSid, undefined);
  });
});

describeProfile('sssd', ({ client }) => {
  const number = String(keptNumbers.find(({ id }) => id === '00000000-0000-4000-9000-000000000001')?.number);

  it('shows accounts and groups of RFC 2307', async () => {
    const { shown } = await search(client(), {
      filter: and(equal('objectClass', 'posixAccount'), equal('uid', 'alice')),
    });
    const [entry] = shown;
    assert.deepEqual(
      [entry?.uid, entry?.uidNumber, entry?.gidNumber, entry?.homeDirectory, entry?.loginShell, entry?.gecos],
      [['alice'], [number], [number], ['/home/alice'], ['/bin/bash'], ['Alice Example']],
    );
    const groups = await search(client(), { filter: and(equal('objectClass', 'posixGroup'), equal('cn', 'auditors')) });
    assert.deepEqual([groups.shown[0]?.memberUid, groups.shown[0]?.member], [['alice'], [alice]]);
  });

  it('finds by what it shows', async () => {
    for (const filter of [equal('uidNumber', number), equal('homeDirectory', '/home/alice')]) {
      assert.deepEqual((await search(client(), { filter })).dns, [alice]);
    }
    assert.deepEqual((await search(client(), { filter: equal('memberUid', 'alice') })).dns, [auditors]);
    assert.deepEqual((await search(client(), { filter: equal('memberUid', 'bob') })).dns, []);
    assert.equal(
      (await search(client(), { filter: and(present('uidNumber'), not(equal('uidNumber', '0'))) })).dns.length,
      8,
    );
    client().send(compareRequest(4, alice, 'uidNumber', number));
    assert.equal((await client().next()).code, 6);
  });
});

describeProfile('piler', ({ client }) => {
  it('answers the searches of a login: account, then the lists of its DN, classes in exact case', async () => {
    const account = and(equal('objectClass', 'user'), equal('proxyAddresses', 'smtp:robert@example.com'));
    const { dns, shown } = await search(client(), { filter: account });
    assert.deepEqual(dns, [bob]);
    assert.ok(shown[0]?.objectClass?.includes('user'));
    const lists = and(equal('objectClass', 'group'), equal('member', alice));
    const found = await search(client(), { filter: lists });
    assert.deepEqual([found.dns, found.shown[0]?.objectClass?.includes('group')], [[auditors], true]);
  });
});

describeProfile('postfix', ({ client }) => {
  it('answers a table with default settings', async () => {
    const lookUp = (key: string) =>
      search(client(), { filter: equal('mailacceptinggeneralid', key), attributes: ['maildrop'] });
    assert.deepEqual((await lookUp('robert@example.com')).shown, [{ maildrop: ['bob@example.com'] }]);
    assert.deepEqual((await lookUp('@example.com')).shown, []);
  });
});

describe('a service account with a profile', () => {
  const accounts = [
    { name: 'plain', password: new Secret('demo'), access: { profile: 'generic' } },
    { name: 'archive', password: new Secret('demo'), access: { profile: 'piler' } },
    { name: 'book', password: new Secret('demo'), access: { profile: 'roundcube' } },
  ];
  async function readAs(world: LdapWorld, name: string) {
    const client = await world.connect();
    client.send(bindRequest(1, `cn=${name}`, 'demo'));
    assert.equal((await client.next()).code, 0);
    const { shown } = await search(client, { base: bob, scope: 0 });
    const limited = await search(client, { ...people, sizeLimit: 1 });
    return { entry: shown[0] ?? {}, code: limited.code };
  }

  it('narrows what its listener shows and never widens it', async () => {
    const serviceAccounts = await hashServiceAccounts(accounts, cheapCost);
    await using world = await startWorld({ profile: 'keycloak', serviceAccounts });
    for (const { name } of accounts) {
      const { entry, code } = await readAs(world, name);
      assert.deepEqual([entry.mail, code], [['bob@example.com'], 53], name);
      assert.equal(entry.objectClass?.includes('user'), name === 'archive');
      assert.equal('userAccountControl' in entry, name !== 'book');
    }
  });

  it('is not shown what the listener hides', async () => {
    const serviceAccounts = await hashServiceAccounts(accounts, cheapCost);
    await using world = await startWorld({ profile: 'roundcube', serviceAccounts });
    const { entry } = await readAs(world, 'archive');
    assert.deepEqual([entry.objectClass?.includes('user'), 'userAccountControl' in entry], [true, false]);
  });

  it('has it on a listener that has none', async () => {
    const serviceAccounts = await hashServiceAccounts(accounts, cheapCost);
    await using world = await startWorld({ serviceAccounts });
    const { entry, code } = await readAs(world, 'archive');
    assert.deepEqual([entry.mail?.length, entry.objectClass?.includes('user'), code], [2, true, 4]);
  });

  it('does not reach users who bind on the same listener', async () => {
    const serviceAccounts = await hashServiceAccounts(accounts, cheapCost);
    await using world = await startWorld({ serviceAccounts });
    const client = await world.connect();
    client.send(bindRequest(1, bob, 'bob-demo'));
    assert.equal((await client.next()).code, 0);
    const { shown } = await search(client, { base: bob, scope: 0 });
    assert.equal(shown[0]?.objectClass?.includes('user'), false);
  });
});
