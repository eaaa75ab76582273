import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Syntax } from '../../../sidecar/directory/attributes.ts';
import { formatTime, fromIntegerKey, toIntegerKey, toTimeKey } from '../../../sidecar/directory/number-values.ts';
import { toAssertionKey, toKey } from '../../../sidecar/directory/values.ts';

const same: readonly (readonly [Syntax, readonly string[]])[] = [
  ['text', ['Straße', 'STRASSE', 'straße', ' strasse ']],
  ['text', ['ΟΔΟΣ', 'οδος', 'οδοσ']],
  ['text', ['ﬁ', 'fi', 'FI', 'f\u00adi', 'f\u200bi']],
  ['text', ['a b', ' A\t \u2003b\n']],
  ['text', [' ', '\u00a0\t']],
  ['text', ['é', 'e\u0301', 'É']],
  ['telephone', ['+49 30 123-45', '+493012345', '+49-30-12345']],
  ['dn', ['o=a , o=b', 'O=A,o=B']],
  ['category', ['person', 'cn=Person,cn=Schema,cn=Configuration,o=x', 'CN=person,DC=other']],
  ['object-class', ['inetOrgPerson', 'INETORGPERSON', '2.16.840.1.113730.3.2.2']],
  ['uuid', ['0f8fad5b-d9cb-469f-a165-70867728950e', '0F8FAD5B-D9CB-469F-A165-70867728950E']],
  ['boolean', ['TRUE', 'true']],
  ['time', ['20260102030405Z', '20260102030405.0Z', '20260102030405,000Z', '20260102040405+01', '20260101213405-0530']],
  ['time', ['2026010203Z', '202601020300Z', '20260102030000Z']],
  ['time', ['202601020330Z', '2026010203.5Z', '2026010205.50+0200']],
  ['time', ['20260102030430Z', '202601020304.5Z']],
  ['time', ['20260101000000Z', '20251231235960Z', '20260101010000+01']],
];
const different: readonly (readonly [Syntax, string, string])[] = [
  ['text', 'a b', 'ab'],
  ['text', 'e', 'é'],
  ['category', 'person', 'group'],
  ['time', '20260102030405Z', '20260102030405.1Z'],
  ['integer', '1', '10'],
];
const invalid: readonly (readonly [Syntax, string])[] = [
  ['text', ''],
  ['dn', 'nonsense'],
  ['object-class', 'noSuchClass'],
  ['uuid', '0f8fad5bd9cb469fa16570867728950e'],
  ['boolean', 'yes'],
  ['integer', ''],
  ['integer', '01'],
  ['integer', '-0'],
  ['integer', '1.5'],
  ['integer', '9'.repeat(101)],
  ['time', '20260102'],
  ['time', '20260102030405'],
  ['time', '20261302030405Z'],
  ['time', '20260230030405Z'],
  ['time', '20260102250405Z'],
  ['time', '20260102030405.Z'],
  ['time', '00000101000000+0001'],
];

describe('keys of values', () => {
  for (const [syntax, values] of same) {
    it(`are the same for ${syntax} ${values.map((value) => JSON.stringify(value)).join(' ')}`, () => {
      const [first, ...others] = values.map((value) => toKey(syntax, value));
      assert.ok(first !== undefined);
      for (const other of others) assert.equal(other, first);
    });
  }
  for (const [syntax, a, b] of different) {
    it(`differ for ${syntax} ${a} and ${b}`, () => assert.notEqual(toKey(syntax, a), toKey(syntax, b)));
  }
  for (const [syntax, value] of invalid) {
    it(`do not exist for ${syntax} "${value.slice(0, 30)}"`, () => assert.equal(toKey(syntax, value), undefined));
  }

  it('do not exist for an assertion that is not UTF-8 or has more than 65,536 octets', () => {
    assert.equal(toAssertionKey('text', Buffer.from([0x61, 0xff])), undefined);
    assert.equal(toAssertionKey('text', Buffer.alloc(65_537, 'a')), undefined);
    assert.equal(toAssertionKey('text', Buffer.alloc(65_536, 'A')), 'a'.repeat(65_536));
  });

  it('sort as the integers do, and give them back', () => {
    const integers = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        const [keyA = '', keyB = ''] = [toIntegerKey(String(a)), toIntegerKey(String(b))];
        assert.equal(keyA < keyB, a < b);
        assert.equal(fromIntegerKey(keyA), a);
      }),
    );
  });

  it('sort as the times do', () => {
    const times = fc.date({
      min: new Date('0000-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    const spell = (date: Date) => date.toISOString().replace(/[-:T]/g, '');
    fc.assert(
      fc.property(times, times, (a, b) => {
        const [keyA = '', keyB = ''] = [toTimeKey(spell(a)), toTimeKey(spell(b))];
        assert.equal(keyA < keyB, a < b);
      }),
    );
  });
});

describe('times as served', () => {
  it('are whole seconds in UTC, rounded up', () => {
    assert.equal(formatTime(new Date('2026-12-31T23:59:59.001Z')), '20270101000000Z');
    assert.equal(formatTime(new Date('2026-12-31T23:59:59.000Z')), '20261231235959Z');
  });
});
