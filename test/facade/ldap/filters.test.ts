import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bool, text, tlv } from './support/ber.ts';
import { createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { and, equal, not, or, present, searchRequest } from './support/requests.ts';

/** Entries of the company: the base, four units, five users, a group, eleven privileges and a role. */
const all = 23;
const users = 5;

const atLeast = (attribute: string, value: string) => tlv(0xa5, text(attribute), text(value));
const atMost = (attribute: string, value: string) => tlv(0xa6, text(attribute), text(value));
const approx = (attribute: string, value: string) => tlv(0xa8, text(attribute), text(value));
/** `pieces('mail', 'a*b*')`. */
const pieces = (attribute: string, pattern: string) => {
  const parts = pattern.split('*');
  const tags = parts.map((_, index) => (index === 0 ? 0x80 : index === parts.length - 1 ? 0x82 : 0x81));
  const given = parts.flatMap((part, index) => (part === '' ? [] : [text(part, tags[index])]));
  return tlv(0xa4, text(attribute), tlv(0x30, ...given));
};
/** `extensible('cn:dn:caseExactMatch', 'x')`, as in the text form. */
const extensible = (left: string, value: string) => {
  const [attribute = '', ...rest] = left.split(':');
  const rule = rest.find((part) => part !== 'dn');
  return tlv(
    0xa9,
    ...(rule === undefined ? [] : [text(rule, 0x81)]),
    ...(attribute === '' ? [] : [text(attribute, 0x82)]),
    text(value, 0x83),
    ...(rest.includes('dn') ? [tlv(0x84, bool(true).subarray(2))] : []),
  );
};

describe('a filter', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    const company = createCompany();
    const [alice] = company.users.values();
    assert.ok(alice);
    const changed = { ...alice, telephoneNumber: '+49 30-1234', modifiedAt: new Date('2026-07-01T12:30:00Z') };
    world = await startWorld({}, publish({ ...company, users: new Map([...company.users, [alice.id, changed]]) }));
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function count(filter: Buffer): Promise<number> {
    reader.send(searchRequest(9, { filter, attributes: ['1.1'] }));
    const { entries, done } = await reader.searchResult();
    assert.equal(done.code, 0);
    return entries.length;
  }

  /** Filters that are Undefined for every entry have neither themselves nor their opposite. */
  const undefinedFilters: readonly (readonly [name: string, filter: Buffer])[] = [
    ['an unknown attribute', equal('shoeSize', '43')],
    ['presence of an unknown attribute', present('shoeSize')],
    ['an attribute with options', equal('cn;lang-de', 'Alice Example')],
    ['presence of an attribute with options', present('mail;binary')],
    ['an unknown class', equal('objectClass', 'shoe')],
    ['a time that is none', atLeast('modifyTimestamp', '2026')],
    ['a number that is none', equal('userAccountControl', '0512')],
    ['a DN that is none', equal('memberOf', 'auditors')],
    ['a UUID that is none', equal('entryUUID', 'x')],
    ['a truth value that is none', equal('accountEnabled', 'yes')],
    ['an empty text', equal('cn', '')],
    ['octets that are no text', tlv(0xa3, text('cn'), text(Buffer.from([0xff])))],
    ['an order of values that have none', atLeast('memberOf', 'o=icewarp')],
    ['a piece of values that have no pieces', pieces('memberOf', 'cn=*')],
    ['an unknown rule', extensible('cn:1.2.3', 'x')],
    ['a rule for other values', extensible('cn:integerMatch', '1')],
    ['a rule of order', extensible('cn:caseIgnoreOrderingMatch', 'x')],
    ['a rule for other values, in DNs', extensible('memberOf:dn:caseIgnoreMatch', 'x')],
    ['a rule and a value that is none', extensible(':distinguishedNameMatch', 'x')],
    ['a part of a DN by an unknown attribute', extensible('shoeSize:dn', '43')],
    ['equality of an attribute without a rule', equal('jpegPhoto', 'x')],
    ['a time that is none, of an attribute that no entry has', atLeast('manager', 'x')],
  ];
  for (const [name, filter] of undefinedFilters) {
    it(`is Undefined for ${name}`, async () => {
      assert.deepEqual(
        [await count(filter), await count(not(filter)), await count(or(filter, not(filter)))],
        [0, 0, 0],
      );
      assert.equal(await count(or(filter, equal('uid', 'alice@example.com'))), 1);
      assert.equal(await count(not(and(filter, equal('uid', 'alice@example.com')))), all - 1);
    });
  }

  const definedFilters: readonly (readonly [name: string, filter: Buffer, found: number])[] = [
    ['an OID', equal('2.5.4.42', 'alice'), 1],
    ['another name', equal('RFC822mailbox', 'robert@example.com'), 1],
    ['insignificant spaces', equal('cn', '  ALICE   example '), 1],
    ['a DN in another spelling', equal('memberOf', 'CN=auditors@example.com;ou = "groups" , 2.5.4.10=\\69cewarp'), 1],
    ['a class by OID', equal('objectClass', '2.5.6.6'), users],
    ['a superclass', equal('objectClass', 'ORGANIZATIONALPERSON'), users],
    ['an attribute that no entry has', equal('employeeType', 'x'), 0],
    ['presence of an attribute that no entry has', present('jpegPhoto'), 0],
    ['approximation', approx('sn', 'EXAMPLE'), users],
    ['a telephone number', equal('telephoneNumber', '+4930 12-34'), 1],
    ['a piece of a telephone number', pieces('telephoneNumber', '*301*'), 1],
    ['pieces', pieces('mail', 'A*e@*PLE*m'), 1],
    ['pieces that overlap', pieces('givenName', 'alic*lice'), 0],
    ['a time of minutes, with a zone', equal('modifyTimestamp', '202607011430+0200'), 1],
    ['a time of hours with a fraction', equal('modifyTimestamp', '2026070112.5Z'), 1],
    ['a time with a comma', equal('modifyTimestamp', '20260701123000,000Z'), 1],
    ['times up to a fraction', atMost('modifyTimestamp', '20260701122959.999Z'), all - 1],
    ['times from Keycloak’s beginning', atLeast('createTimestamp', '19700101000000.0Z'), all],
    ['numbers from one on', atLeast('userAccountControl', '513'), 1],
    ['numbers up to one', atMost('userAccountControl', '513'), users - 1],
    ['negative numbers', atLeast('userAccountControl', '-1'), users],
    ['texts from one on', atLeast('givenName', 'CAROL'), 3],
    ['texts up to one', atMost('givenName', 'bob'), 2],
    ['UUIDs from one on', atLeast('entryUUID', '00000000-0000-4000-9000-000000000003'), all - 3],
    ['children', equal('numSubordinates', '5'), 1],
    ['a rule without regard to case', extensible('givenName:caseIgnoreMatch', 'ALICE'), 1],
    ['a rule with regard to case', extensible('givenName:caseExactMatch', 'ALICE'), 0],
    ['a rule by OID', extensible('givenName:2.5.13.5', 'alice'), 1],
    ['a rule for whatever attribute', extensible(':caseExactMatch', 'alice@example.com'), 1],
    ['no rule', extensible('givenName', 'ALICE'), 1],
    [
      'a chain of groups',
      extensible('memberOf:1.2.840.113556.1.4.1941', 'cn=auditors@example.com,ou=groups,o=icewarp'),
      1,
    ],
    ['a chain of members', extensible('member:1.2.840.113556.1.4.1941', 'uid=alice@example.com,ou=users,o=icewarp'), 4],
    ['all bits', extensible('userAccountControl:1.2.840.113556.1.4.803', '514'), 1],
    ['any bit', extensible('userAccountControl:1.2.840.113556.1.4.804', '515'), users],
    ['a part of the DN', extensible('ou:dn', 'USERS'), users + 1],
    ['a part of the DN by OID', extensible('2.5.4.10:dn:2.5.13.2', 'icewarp'), all],
    ['the first part of the DN', extensible('uid:dn', 'alice@example.com'), 1],
    ['a part of the DN with regard to case', extensible('ou:dn:caseExactMatch', 'Users'), 0],
    ['a part of the DN in its exact case', extensible('ou:dn:caseExactMatch', 'users'), users + 1],
    ['whatever part of the DN', extensible(':dn:caseIgnoreMatch', 'groups'), 2],
    ['a value or a part of the DN', extensible('cn:dn', 'auditor'), 1],
    ['a part of a part of the DN', extensible('ou:dn', 'user'), 0],
    ['a part of the DN that needs escapes', extensible('uid:dn', "O'neil+TAG@example.com"), 1],
    ['a part of the DN by an attribute that no entry has', extensible('l:dn', 'Berlin'), 0],
    ['the part of the DN that the value only ends', extensible('ou:dn', 'sers'), 0],
  ];
  for (const [name, filter, found] of definedFilters) {
    it(`decides ${name}, and its opposite`, async () => {
      assert.deepEqual([await count(filter), await count(not(filter))], [found, all - found]);
      assert.equal(await count(not(not(filter))), found);
    });
  }
});
