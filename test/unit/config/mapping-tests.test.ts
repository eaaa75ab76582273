import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readMappingTests } from '../../../sidecar/config/mapping-tests.ts';
import { messageOf } from '../../../sidecar/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'mappings-'));

function read(text: string) {
  writeFileSync(join(folder, 'm.test.yaml'), text);
  return readMappingTests(folder, { timeZone: 'Europe/Prague' });
}
const test = (text: string) => `version: 1\ntests:\n  - { ${text} }\n`;

describe('files of tests', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('give expectations in canonical names', () => {
    const tests = read(`version: 1
tests:
  - name: alice exports
    user: alice
    expect: { privileges: [ExportEmail, "ReadArchive:Bob@Example.com"], roles: [auditor] }
  - groups: [Auditors@Example.com]
    address: New@Example.com
    attribute: { admin: true, comment: Contractor }
    at: 2026-12-01
    forbid: { privileges: [Administrator] }
`);
    const none = { privileges: [], roles: [] };
    assert.deepEqual(tests, [
      {
        name: 'alice exports',
        subject: { kind: 'user', name: 'alice' },
        at: undefined,
        expect: { privileges: ['ExportEmail', 'ReadArchive:bob@example.com'], roles: ['auditor'] },
        forbid: none,
        place: `${join(folder, 'm.test.yaml')}:3:5`,
      },
      {
        name: 'new@example.com in auditors@example.com',
        subject: {
          kind: 'stated',
          groups: ['auditors@example.com'],
          address: 'new@example.com',
          admin: 'administrator',
          comment: 'Contractor',
        },
        at: new Date('2026-11-30T23:00:00Z'),
        expect: none,
        forbid: { privileges: ['Administrator'], roles: [] },
        place: `${join(folder, 'm.test.yaml')}:6:5`,
      },
    ]);
  });

  for (const [text, fault] of [
    ['tests: []', /m\.test\.yaml:1:1: version must be 1/],
    ['version: 1', /tests is missing/],
    ['version: 1\ntests: x', /tests must be a list/],
    ['version: 1\ntests: [x]', /a test must be a section/],
    [test('user: alice'), /3:5: this test expects nothing/],
    [test('expect: { roles: [a] }'), /does not say whom it is about/],
    [test('user: alice, groups: [a@x.test], expect: { roles: [a] }'), /leave out groups/],
    [test('usr: alice, expect: { roles: [a] }'), /no key "usr"; did you mean user\?/],
    [test('user: alice, expect: [LogOn]'), /expect must be a section with privileges, roles/],
    [test('user: alice, expect: { privileges: [Loggon] }'), /unknown privilege "Loggon"; did you mean LogOn\?/],
    [test('user: alice, expect: { privilege: [LogOn] }'), /no key "privilege"; did you mean privileges\?/],
    [test('groups: [a], expect: { roles: [a] }'), /"a" is no address of a group/],
    [test('address: a, expect: { roles: [a] }'), /"a" is no address/],
    [test('address: a@x.test, attribute: { admin: root }, expect: { roles: [a] }'), /no kind of administrator/],
    [test('user: a, at: soon, expect: { roles: [a] }'), /"soon" is no date/],
  ] as const) {
    it(`are refused: ${text.replace(/\s+/g, ' ')}`, () => {
      assert.throws(
        () => read(text),
        (error) => fault.test(messageOf(error)) && /tests of the mapping/.test(messageOf(error)),
      );
    });
  }
});
