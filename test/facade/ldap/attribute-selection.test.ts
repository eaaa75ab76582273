import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { searchRequest } from './support/requests.ts';

const operational = [
  'createTimestamp',
  'entryDN',
  'entryUUID',
  'hasSubordinates',
  'modifyTimestamp',
  'numSubordinates',
  'structuralObjectClass',
  'subschemaSubentry',
];
const user = [
  'accountEnabled',
  'cn',
  'displayName',
  'givenName',
  'mail',
  'memberOf',
  'objectCategory',
  'objectClass',
  'proxyAddresses',
  'sAMAccountName',
  'sn',
  'uid',
  'userAccountControl',
  'userPrincipalName',
];

describe('the attributes of an answer', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld();
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function read(attributes: readonly string[], base = 'uid=alice@example.com,ou=users,o=icewarp') {
    reader.send(searchRequest(2, { base, scope: 0, attributes }));
    const { entries, done } = await reader.searchResult();
    assert.deepEqual([entries.length, done.code], [1, 0]);
    return entries[0]?.entry?.attributes ?? {};
  }
  const names = async (...attributes: readonly string[]) => Object.keys(await read(attributes)).sort();

  const selections: readonly (readonly [name: string, asked: readonly string[], got: readonly string[]])[] = [
    ['are all user attributes when none is named', [], user],
    ['are all user attributes by *', ['*'], user],
    ['are all operational ones by +', ['+'], operational],
    ['are all by both', ['+', '*'], [...user, ...operational].sort()],
    ['are user attributes and those named beside *', ['*', 'entryuuid'], [...user, 'entryUUID'].sort()],
    ['are none by 1.1', ['1.1'], []],
    ['are those named beside 1.1', ['1.1', 'cn'], ['cn']],
    [
      'are found by OID and by other names',
      ['2.5.4.3', 'SURNAME', 'rfc822Mailbox', 'gn'],
      ['cn', 'givenName', 'mail', 'sn'],
    ],
    ['come once however often they are named', ['cn', 'commonName', 'CN', '2.5.4.3'], ['cn']],
    ['are none for an unknown name', ['shoeSize', '', '2.5.4.999'], []],
    ['are none for a name that no entry has', ['userPassword', 'jpegPhoto'], []],
    ['are none for a name with options', ['cn;lang-de', 'mail;binary', 'sn;', '*;x'], []],
    [
      'are what a class allows',
      ['@inetOrgPerson'],
      ['cn', 'displayName', 'givenName', 'mail', 'objectClass', 'sn', 'uid'],
    ],
    ['are what a class allows, by any spelling', ['@PERSON', '@2.5.6.6'], ['cn', 'objectClass', 'sn']],
    [
      'are what a class of ours allows, and more by name',
      ['@icewarpGroup', 'uid', 'entryDN'],
      ['entryDN', 'mail', 'objectClass', 'proxyAddresses', 'uid'],
    ],
    ['are all user attributes for the class that allows any', ['@extensibleObject'], user],
    ['are none for an unknown class', ['@', '@shoe', '@person;x', '@computer'], []],
  ];
  for (const [name, asked, got] of selections) {
    it(name, async () => assert.deepEqual(await names(...asked), got));
  }

  it('bear their own names, whatever the client calls them', async () => {
    assert.deepEqual(await read(['COMMONNAME']), { cn: ['Alice Example'] });
  });

  it('tell of every entry what it is and what stands below it', async () => {
    const asked = ['entryDN', 'structuralObjectClass', 'subschemaSubentry', 'hasSubordinates', 'numSubordinates'];
    const told = async (base: string) => Object.values(await read(asked, base)).flat();
    const alice = 'uid=alice@example.com,ou=users,o=icewarp';
    assert.deepEqual(await told('o=icewarp'), ['o=icewarp', 'organization', 'cn=subschema', 'TRUE', '4']);
    assert.deepEqual(await told('ou=users,o=icewarp'), [
      'ou=users,o=icewarp',
      'organizationalUnit',
      'cn=subschema',
      'TRUE',
      '5',
    ]);
    assert.deepEqual((await told('ou=groups,o=icewarp')).slice(3), ['TRUE', '1']);
    assert.deepEqual(await told(alice), [alice, 'inetOrgPerson', 'cn=subschema', 'FALSE', '0']);
  });
});
