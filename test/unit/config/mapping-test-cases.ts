const test = (text: string) => `version: 1\ntests:\n  - { ${text} }\n`;

/** A file of tests with every key. */
export const soundTestFile = `version: 1
tests:
  - name: alice exports
    user: alice
    expect: { privileges: [ExportEmail, "ReadArchive:Bob@Example.com"], roles: [auditor] }
  - groups: [Auditors@Example.com]
    address: New@Example.com
    attribute: { admin: true, comment: Contractor }
    at: 2026-12-01
    forbid: { privileges: [Administrator] }
`;

/** Files of tests that are refused, and what is said. */
export const brokenTestFiles: readonly (readonly [text: string, fault: RegExp])[] = [
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
];
