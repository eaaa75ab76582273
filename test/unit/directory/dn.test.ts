import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { escapeDnValue, formatDn, normaliseDn, parseDn } from '../../../sidecar/directory/dn.ts';

describe('DN spellings', () => {
  const sameDn: readonly (readonly [string, readonly string[]])[] = [
    [
      'uid=jane@example.com,ou=users,o=icewarp',
      [
        'UID=Jane@Example.COM,OU=Users,O=IceWarp',
        ' uid = jane@example.com , ou = users , o = icewarp ',
        'userid=jane@example.com;organizationalUnitName=users;o=icewarp',
        '0.9.2342.19200300.100.1.1=jane@example.com,2.5.4.11=users,2.5.4.10=icewarp',
        'uid=\\6aane\\40example.com,ou="users",o=#040769636577617270',
      ],
    ],
    [
      'uid=a\\,b@example.com,o=x',
      ['uid=a\\2cb@example.com,o=x', 'uid="a,b@example.com",o=x', 'UID=A\\2Cb@example.com , o=X'],
    ],
    ["uid=o'neil\\+tag@example.com,o=x", ["uid=O'Neil\\2Btag@example.com,o=x"]],
    [
      'uid=jürgen@example.com,o=x',
      ['uid=j\\c3\\bcrgen@example.com,o=x', 'uid=JÜRGEN@example.com,o=x', 'uid=ju\u0308rgen@example.com,o=x'],
    ],
    ['cn=a b,o=x', ['cn=A  \u00a0 b ,o=x', 'cn=\\ a b\\ ,o=x']],
    ['cn=a+uid=b,o=x', ['uid=B + CN=A,o=x']],
    ['cn=\\#x,o=x', ['cn=\\23x,o=x']],
    ['cn=a\\\\,o=x', ['cn=A\\5c,o=x']],
    ['', ['']],
  ];
  for (const [normal, spellings] of sameDn) {
    it(`reads ${spellings.length} spellings of "${normal}" as one`, () => {
      for (const spelling of spellings) assert.equal(normaliseDn(spelling), normal);
      assert.equal(normaliseDn(normal), normal);
    });
  }

  const noDns = [
    'x',
    '=x',
    ' ',
    'uid',
    'uid=a,',
    ',uid=a',
    'uid=a,,o=x',
    'uid=a+',
    'uid=a\\',
    'uid=a\\zz',
    'uid="a',
    'uid="a"b',
  ];
  const moreNoDns = [
    'uid=a"b',
    'uid=\\c3',
    'o=#',
    'o=#0',
    'o=#040',
    'o=#0405aa',
    'o=#30020101',
    '1=x',
    '01.2=x',
    'u_d=x',
    '-a=x',
  ];
  for (const text of [
    ...noDns,
    ...moreNoDns,
    `uid=${'a'.repeat(8200)}`,
    `${'o=x,'.repeat(64)}o=x`,
    `o=x${'+o=x'.repeat(16)}`,
  ]) {
    it(`refuses ${text.length > 40 ? `${text.slice(0, 40)}… (${text.length} characters)` : `"${text}"`}`, () => {
      assert.throws(
        () => parseDn(text),
        (error) => error instanceof DomainError && error.code === 'invalid_input',
      );
    });
  }

  it('refuses hostile text without trying every way to read it', () => {
    const started = performance.now();
    for (const piece of ['\\', '"', '\\2', ' ', '"\\', '" ', 'a ', '+', '\\ ']) {
      assert.throws(() => parseDn(`o=${piece.repeat(8000 / piece.length)}\n"`));
    }
    // Milliseconds; anything worse than linear takes minutes.
    assert.ok(performance.now() - started < 10_000);
  });
});

describe('escaping a DN value', () => {
  const escaped: readonly (readonly [string, string])[] = [
    ["o'neil+tag@example.com", "o'neil\\+tag@example.com"],
    ['a,b@example.com', 'a\\,b@example.com'],
    ['#hash@example.com', '\\#hash@example.com'],
    ['a#b', 'a#b'],
    ['"quoted"', '\\"quoted\\"'],
    ['a\\b', 'a\\\\b'],
    ['<a;b>', '\\<a\\;b\\>'],
    ['a=b', 'a=b'],
    [' ', '\\ '],
    ['  ', '\\ \\ '],
    [' a b ', '\\ a b\\ '],
    ['a\0b', 'a\\00b'],
    ['jürgen', 'jürgen'],
    ['\u00a0a\n', '\u00a0a\n'],
  ];
  for (const [value, text] of escaped) {
    it(`writes ${JSON.stringify(value)} as ${text}`, () => {
      assert.equal(escapeDnValue(value), text);
      assert.deepEqual(parseDn(`cn=${text} , o=x`)[0], [{ type: 'cn', value }]);
    });
  }

  it('is undone by reading', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        (values) => {
          const rdns = values.map((value) => [{ type: 'cn', value }]);
          assert.deepEqual(parseDn(formatDn(rdns)), rdns);
          assert.equal(normaliseDn(normaliseDn(formatDn(rdns))), normaliseDn(formatDn(rdns)));
        },
      ),
    );
  });
});
