import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import { buildDirectory, buildGroup, buildUser, generateCompany, toUuid } from './company.ts';
import { evaluate } from './oracle.ts';
import {
  and,
  atLeast,
  atMost,
  equal,
  everything,
  extensible,
  findDns,
  not,
  or,
  pieces,
  present,
  publish,
  readEntry,
} from './reading.ts';

const staff = buildGroup(1, 'staff@example.com');
const member = [{ groupId: staff.id, direct: true }];
const snapshot = publish(
  buildDirectory(
    [
      buildUser(1, 'anna@example.com', {
        displayName: 'Anna  Straße',
        memberships: member,
        telephoneNumber: '+49 30-12',
      }),
      buildUser(2, 'bob@example.com', { displayName: 'bob', state: 'disabled', memberships: member }),
      buildUser(3, 'cleo@example.com', { displayName: 'Cleo', modifiedAt: new Date('2026-06-01T00:00:00Z') }),
    ],
    [staff],
  ),
);

/** Local parts of the users found. */
function findUsers(filter: Filter): string {
  const dns = findDns(snapshot, filter, { base: 'ou=users,o=icewarp', scope: 'one' });
  return dns.map((dn) => dn.slice('uid='.length, dn.indexOf('@'))).join(' ');
}

const unknown = equal('noSuchAttribute', 'x');
const table: readonly (readonly [string, Filter, string])[] = [
  ['(objectClass=*)', present('objectClass'), 'anna bob cleo'],
  ['(OBJECTCLASS=INETORGPERSON)', equal('OBJECTCLASS', 'INETORGPERSON'), 'anna bob cleo'],
  ['(objectClass=top)', equal('objectClass', 'top'), 'anna bob cleo'],
  ['(objectClass=2.5.6.6)', equal('objectClass', '2.5.6.6'), 'anna bob cleo'],
  ['(!(objectClass=computer))', not(equal('objectClass', 'computer')), 'anna bob cleo'],
  ['(!(objectClass=noSuchClass))', not(equal('objectClass', 'noSuchClass')), ''],
  ['(objectCategory=person)', equal('objectCategory', 'person'), 'anna bob cleo'],
  ['(objectCategory=CN=Person,CN=Schema,…)', equal('objectCategory', 'CN=Person,CN=Schema,DC=x'), 'anna bob cleo'],
  ['(commonName= anna STRASSE )', equal('commonName', ' anna STRASSE '), 'anna'],
  ['(emailAddress=BOB@example.com)', equal('emailAddress', 'BOB@example.com'), 'bob'],
  ['(0.9.2342.19200300.100.1.3=bob@example.com)', equal('0.9.2342.19200300.100.1.3', 'bob@example.com'), 'bob'],
  ['(mail;binary=bob@example.com)', equal('mail;binary', 'bob@example.com'), ''],
  ['(mail=bob@example.com\\00)', equal('mail', 'bob@example.comx'), ''],
  ['(telephoneNumber=+493012)', equal('telephoneNumber', '+493012'), 'anna'],
  ['(telephoneNumber=*3012)', pieces('telephoneNumber', '*30 12'), 'anna'],
  ['(entryUUID=…)', equal('entryUUID', toUuid('user', 2).toUpperCase()), 'bob'],
  ['(entryDN=UID=Bob@example.com , …)', equal('entryDN', 'UID=Bob@example.com , OU=Users,o=icewarp'), 'bob'],
  ['(memberOf=CN=staff@example.com, …)', equal('memberOf', 'CN=staff@example.com, ou=groups, o=icewarp'), 'anna bob'],
  ['(memberOf=nonsense)', equal('memberOf', 'nonsense'), ''],
  ['(!(memberOf=nonsense))', not(equal('memberOf', 'nonsense')), ''],
  ['(!(memberOf=cn=other,o=icewarp))', not(equal('memberOf', 'cn=other,o=icewarp')), 'anna bob cleo'],
  ['(memberOf=*)', present('memberOf'), 'anna bob'],
  ['(memberOf=cn=*)', pieces('memberOf', 'cn=*'), ''],
  ['(!(memberOf=cn=*))', not(pieces('memberOf', 'cn=*')), ''],
  ['(accountEnabled=TRUE)', equal('accountEnabled', 'TRUE'), 'anna cleo'],
  ['(nsAccountLock=true)', equal('nsAccountLock', 'true'), 'bob'],
  ['(mail=b*)', pieces('mail', 'b*'), 'bob'],
  ['(mail=*b*o*)', pieces('mail', '*b*o*'), 'bob'],
  ['(mail=*o@*)', pieces('mail', '*o@*'), 'cleo'],
  ['(cn=b*b)', pieces('cn', 'b*b'), 'bob'],
  ['(cn=bo*ob)', pieces('cn', 'bo*ob'), ''],
  ['(cn=bob*)', pieces('cn', 'bob*'), 'bob'],
  ['(cn=*bob*)', pieces('cn', '*bob*'), 'bob'],
  ['(cn=*A STRA*)', pieces('cn', '*A STRA*'), 'anna'],
  ['(cn=*strasse)', pieces('cn', '*strasse'), 'anna'],
  ['(cn~=cleo)', { kind: 'approx', attribute: 'cn', value: Buffer.from('CLEO') }, 'cleo'],
  ['(modifyTimestamp>=20260201000000.0Z)', atLeast('modifyTimestamp', '20260201000000.0Z'), 'cleo'],
  ['(modifyTimestamp>=19700101000000.0Z)', atLeast('modifyTimestamp', '19700101000000.0Z'), 'anna bob cleo'],
  ['(modifyTimestamp>=2026060102+0200)', atLeast('modifyTimestamp', '2026060102+0200'), 'cleo'],
  ['(modifyTimestamp<=20260201000000Z)', atMost('modifyTimestamp', '20260201000000Z'), 'anna bob'],
  ['(modifyTimestamp<=20260601000000Z)', atMost('modifyTimestamp', '20260601000000Z'), 'anna bob cleo'],
  ['(modifyTimestamp>=yesterday)', atLeast('modifyTimestamp', 'yesterday'), ''],
  ['(userAccountControl>=513)', atLeast('userAccountControl', '513'), 'bob'],
  ['(userAccountControl<=1000)', atMost('userAccountControl', '1000'), 'anna bob cleo'],
  ['(userAccountControl>=99)', atLeast('userAccountControl', '99'), 'anna bob cleo'],
  ['(uid<=bob@example.com)', atMost('uid', 'bob@example.com'), 'anna bob'],
  ['(memberOf>=cn=a)', atLeast('memberOf', 'cn=a'), ''],
  ['(&)', and(), 'anna bob cleo'],
  ['(|)', or(), ''],
  ['(!(&))', not(and()), ''],
  ['unknown AND true', and(unknown, present('uid')), ''],
  ['unknown OR true', or(unknown, equal('cn', 'bob')), 'bob'],
  ['NOT unknown', not(unknown), ''],
  ['NOT (unknown AND false)', not(and(unknown, equal('cn', 'bob'))), 'anna cleo'],
  ['NOT (unknown OR false)', not(or(unknown, equal('cn', 'bob'))), ''],
  ['NOT NOT unknown', not(not(unknown)), ''],
  ['(!(noSuchAttribute=*))', not(present('noSuchAttribute')), ''],
  ['(!(description=x))', not(equal('description', 'x')), 'anna bob cleo'],
  ['(cn:caseIgnoreMatch:=BOB)', extensible('cn', 'caseIgnoreMatch', 'BOB'), 'bob'],
  ['(cn:caseExactMatch:=Cleo)', extensible('cn', 'caseExactMatch', 'Cleo'), 'cleo'],
  ['(cn:2.5.13.5:=cleo)', extensible('cn', '2.5.13.5', 'cleo'), ''],
  ['(!(cn:caseExactMatch:=cleo))', not(extensible('cn', 'caseExactMatch', 'cleo')), 'anna bob cleo'],
  ['(:caseIgnoreMatch:=BOB@example.com)', extensible(undefined, 'caseIgnoreMatch', 'BOB@example.com'), 'bob'],
  ['(cn:=bob)', extensible('cn', undefined, 'bob'), 'bob'],
  ['(cn:noSuchRule:=bob)', extensible('cn', 'noSuchRule', 'bob'), ''],
  ['(!(cn:noSuchRule:=bob))', not(extensible('cn', 'noSuchRule', 'bob')), ''],
  ['(memberOf:caseIgnoreMatch:=x)', extensible('memberOf', 'caseIgnoreMatch', 'x'), ''],
  [
    '(memberOf:1.2.840.113556.1.4.1941:=…)',
    extensible('memberOf', '1.2.840.113556.1.4.1941', 'cn=staff@example.com,ou=groups,o=icewarp'),
    'anna bob',
  ],
  [
    '(!(userAccountControl:1.2.840.113556.1.4.803:=2))',
    not(extensible('userAccountControl', '1.2.840.113556.1.4.803', '2')),
    'anna cleo',
  ],
  [
    '(userAccountControl:1.2.840.113556.1.4.804:=3)',
    extensible('userAccountControl', '1.2.840.113556.1.4.804', '3'),
    'bob',
  ],
  [
    '(userAccountControl:1.2.840.113556.1.4.803:=3)',
    extensible('userAccountControl', '1.2.840.113556.1.4.803', '3'),
    '',
  ],
  ['(mail=<not UTF-8>)', { kind: 'equal', attribute: 'mail', value: Buffer.from([0xff]) }, ''],
  ['(mail=*<separator>*)', pieces('mail', '*\u00ff*'), ''],
];

describe('a filter', () => {
  for (const [text, filter, found] of table) {
    it(`${text} finds ${found || 'nobody'}`, () => assert.equal(findUsers(filter), found));
  }

  it('finds groups by member', () => {
    const dns = findDns(snapshot, equal('member', 'uid=ANNA@example.com, ou=users, o=icewarp'));
    assert.deepEqual(dns, ['cn=staff@example.com,ou=groups,o=icewarp']);
  });

  it('is refused when nested more than 100 deep or of more than 10,000 items', () => {
    const nest = (depth: number) => Array.from({ length: depth }).reduce<Filter>((inner) => not(inner), present('uid'));
    const isRefusal = (error: unknown) => error instanceof DomainError && error.code === 'invalid_input';
    assert.equal(findUsers(nest(100)), 'anna bob cleo');
    assert.throws(() => findUsers(nest(101)), isRefusal);
    assert.throws(() => findUsers(or(...Array.from({ length: 10_001 }, () => equal('cn', 'bob')))), isRefusal);
  });
});

describe('a scope', () => {
  const count = (base: string, scope: 'base' | 'one' | 'sub' | 'subordinate') =>
    findDns(snapshot, present('objectClass'), { base, scope }).length;
  it('is the entry, its children, its subtree, or that without itself', () => {
    const total = snapshot.counts.entries;
    assert.deepEqual([count('o=icewarp', 'base'), count('o=icewarp', 'one')], [1, 4]);
    assert.deepEqual([count('o=icewarp', 'sub'), count('o=icewarp', 'subordinate')], [total, total - 1]);
    assert.deepEqual([count('ou=users,o=icewarp', 'one'), count('ou=users,o=icewarp', 'sub')], [3, 4]);
    assert.deepEqual([count('ou=roles,o=icewarp', 'sub'), count('ou=roles,o=icewarp', 'one')], [1, 0]);
    assert.equal(count('uid=anna@example.com,ou=users,o=icewarp', 'one'), 0);
  });
});

describe('an entry with two values that matching cannot tell apart', () => {
  it('is found once', () => {
    const others = Array.from({ length: 100 }, (_, number) => buildUser(number, `u${number}@example.com`));
    const twice = buildUser(500, 'fi@example.com', { addresses: ['fi@example.com', 'ﬁ@example.com'] });
    const dns = findDns(publish(buildDirectory([...others, twice])), equal('mail', 'FI@example.com'));
    assert.deepEqual(dns, ['uid=fi@example.com,ou=users,o=icewarp']);
  });
});

describe('a directory of thousands', () => {
  const large = publish(generateCompany(3000, 60));
  const entries = Array.from({ length: large.counts.entries }, (_, id) => readEntry(large, id));
  const group = (number: number) => equal('memberOf', `cn=group-${number}@example.com,ou=groups,o=icewarp`);
  const filters: readonly (readonly [string, Filter])[] = [
    ['a group of all', group(0)],
    ['everybody outside a large group', not(group(33))],
    ['a list of hits', group(3)],
    ['two lists united', or(group(3), group(7), equal('sn', 'MÜLLER'))],
    ['single hits out of order', or(pieces('uid', 'user2900.*'), pieces('uid', 'user7.*'), pieces('mail', 'user7.*'))],
    ['lists and a bitmap', and(group(33), or(equal('givenName', 'hana'), equal('givenName', 'ivo')))],
    ['a substring with many hits', pieces('mail', '*er1*')],
    ['a substring with few hits', pieces('mail', 'user2999*')],
    ['a substring behind a short list', and(group(3), pieces('mail', '*smith*'))],
    [
      'a substring behind a long list',
      and(equal('objectClass', 'person'), pieces('mail', '*smith*'), present('memberOf')),
    ],
    ['no match of a substring', and(present('uid'), not(pieces('cn', '*ü*')))],
    ['changed since', atLeast('modifyTimestamp', '20260102100000Z')],
    ['changed since behind a list', and(group(33), atLeast('modifyTimestamp', '20260102100000Z'))],
    [
      'changed between',
      and(atLeast('modifyTimestamp', '20260102100000Z'), atMost('modifyTimestamp', '20260102110000Z')),
    ],
    ['names in a range', and(atLeast('cn', 'ç'), atMost('cn', 'götz'))],
    ['a miss', equal('mail', 'nobody@example.com')],
  ];
  for (const [name, filter] of filters) {
    it(`answers as the naive reading does: ${name}`, () => {
      const expected = entries.flatMap((entry, id) => (evaluate(filter, entry) === true ? [id] : []));
      assert.deepEqual([...large.search(0, 'sub', filter, everything)], expected);
      const users = large.findDn('ou=users,o=icewarp', everything) ?? -1;
      const below = expected.filter((id) => entries[id]?.dn.endsWith(',ou=users,o=icewarp'));
      assert.deepEqual([...large.search(users, 'one', filter, everything)], below);
    });
  }
});
