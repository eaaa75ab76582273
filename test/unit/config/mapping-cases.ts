/** Mapping files as people write them, and what is to come of each: read by the program's check and by the schema. */
/** A file in one line, for the names of tests. */
export function titleOf(text: string): string {
  return text
    .replace(/^version: 1\s+/, '')
    .replace(/\s+/g, ' ')
    .slice(0, 150);
}

const rule = (text: string) => `version: 1\nrules:\n  - { name: r, ${text} }\n`;
const when = (text: string) => rule(`when: ${text}, grant: [LogOn]`);
const constraints = (text: string) => `version: 1\nconstraints: ${text}\n`;

export const soundFiles: readonly string[] = [
  'version: 1',
  '{ version: "1" }',
  'version: 1\nrules:\n',
  'version: 1\ndefaults: { grant: [] }',
  'version: 1\ndefaults: { newUsersOnly: true }',
  'version: 1\ndefaults: { grant: [LogOn, "ReadArchive:*"], newUsersOnly: false }',
  when('{ user: jane@example.com }'),
  when('{ user: [jane@example.com, "*@branch.example.com"] }'),
  when('{ group: legal-*@example.com }'),
  when('{ anyGroup: [a@example.com, b-*@example.com] }'),
  when('{ allGroups: [a@example.com, b@example.com], nested: false }'),
  when('{ domain: example.com }'),
  when('{ domain: ["*.example.com", x.test] }'),
  when('{ attribute: { admin: true } }'),
  when('{ attribute: { admin: domain_administrator, comment: "*contractor*" } }'),
  when('{ not: { group: a@example.com } }'),
  when('{ domain: x.test, not: [{ group: a@example.com }, { user: b@x.test }] }'),
  when('[{ user: a@example.com }, { domain: x.test }]'),
  when('{ not: { not: { not: { user: a@example.com } } } }'),
  rule('when: { user: a@example.com }, deny: [LogOn, "ReadArchive:*"]'),
  rule('when: { user: a@example.com }, roles: [auditor, Chief of staff, Prüfer]'),
  rule('when: { user: a@example.com }, grant: ["ReadArchive:bob@example.com", "DeleteArchive:group:c@example.com"]'),
  rule('when: { user: a@example.com }, grant: [LogOn], from: 2026-11-01, until: 2026-12-01, reason: LEGAL-88'),
  rule('when: { user: a@example.com }, grant: [LogOn], from: 2026-11-01T08:30, until: "2026-11-01 18:30"'),
  rule('when: { user: a@example.com }, grant: [LogOn], until: 2026-11-01T08:30:00+01:00'),
  constraints('{ never: [Administrator, "ReadArchive:*"] }'),
  constraints('{ never: [[Administrator, auditor], [ExportEmail, DeleteEmail]] }'),
  constraints('{ atMost: { Administrator: 5, auditor: 0 } }'),
  constraints('{ protected: [ceo@example.com, works-council@example.com] }'),
  constraints('{}'),
];

/** Each with what the program says of it. */
export const brokenFiles: readonly (readonly [text: string, fault: RegExp])[] = [
  ['rules: []', /version must be 1/],
  ['version: 2', /version must be 1/],
  ['version: 1\nrule: []', /knows no key "rule"; did you mean rules\?/],
  ['version: 1\nrules: { name: x }', /rules must be a list/],
  ['version: 1\nrules: [x]', /a rule must be a section/],
  ['version: 1\ndefaults: []', /defaults must be a section/],
  ['version: 1\ndefaults: {}', /defaults must hold grant/],
  ['version: 1\ndefaults: { grant: LogOn }', /defaults\.grant must be a list/],
  ['version: 1\ndefaults: { grant: [Loggon] }', /unknown privilege "Loggon"; did you mean LogOn\?/],
  ['version: 1\ndefaults: { newUsersOnly: yes }', /newUsersOnly must be true or false/],
  ['version: 1\nrules: [{ when: { user: a@x.test }, grant: [LogOn] }]', /name of a rule must be a text/],
  [`version: 1\nrules: [{ name: ${'x'.repeat(201)}, when: { user: a@x.test }, grant: [LogOn] }]`, /more than 200/],
  [rule('grant: [LogOn]'), /does not say when it applies/],
  [rule('when: { user: a@x.test }'), /does nothing/],
  [rule('when: { user: a@x.test }, grants: [LogOn]'), /no key "grants"; did you mean grant\?/],
  [rule('when: { user: a@x.test }, grant: [ReadArchive]'), /names no archive/],
  [rule('when: { user: a@x.test }, grant: ["ReadArchive:group:*"]'), /names no archive/],
  [rule('when: { user: a@x.test }, grant: ["LogOn:*"]'), /unknown privilege "LogOn:\*"/],
  [rule('when: { user: a@x.test }, roles: [Administrator]'), /cannot be a role/],
  [rule('when: { user: a@x.test }, roles: ["a,b"]'), /cannot be a role/],
  [rule('when: { user: a@x.test }, roles: auditor'), /roles must be a list/],
  [rule('when: { user: a@x.test }, grant: [LogOn], from: tomorrow'), /"tomorrow" is no date for from/],
  [rule('when: { user: a@x.test }, grant: [LogOn], until: 2026-11-01T08'), /is no date for until/],
  [rule('when: { user: a@x.test }, grant: [LogOn], until: 2026-11-01T08:30:15'), /is no date for until/],
  [rule('when: { user: a@x.test }, grant: [LogOn], until: []'), /until must be a text/],
  [rule('when: { user: a@x.test }, grant: [LogOn], reason: []'), /reason must be a text/],
  [when('{}'), /when names no condition/],
  [when('[]'), /when is an empty list/],
  [when('[{}]'), /an entry of when names no condition/],
  [when('staff@example.com'), /when must be a section/],
  [when('{ grup: a@x.test }'), /no key "grup"; did you mean group\?/],
  [when('{ group: [a@x.test] }'), /when\.group must be a text/],
  [when('{ group: staff }'), /"staff" is no address of a group/],
  [when('{ group: "^(a|b)+$" }'), /is no address of a group/],
  [when('{ anyGroup: a@x.test }'), /anyGroup must be a list/],
  [when('{ anyGroup: [] }'), /anyGroup is an empty list/],
  [when('{ allGroups: [] }'), /allGroups is an empty list/],
  [when('{ user: [] }'), /user is an empty list/],
  [when('{ user: jane }'), /"jane" is no address of a user/],
  [when('{ user: "(a|b)*@x.test" }'), /is no address of a user/],
  [when('{ domain: "a@b" }'), /is no domain/],
  [when('{ domain: [] }'), /domain is an empty list/],
  [when('{ nested: false }'), /names no condition/],
  [when('{ user: a@x.test, nested: false }'), /nested means nothing without group/],
  [when('{ group: a@x.test, nested: maybe }'), /nested of when must be true or false/],
  [when('{ attribute: {} }'), /attribute names none/],
  [when('{ attribute: { department: x } }'), /knows no key "department"/],
  [when('{ attribute: { admin: root } }'), /"root" is no kind of administrator/],
  [when('{ attribute: { comment: "" } }'), /attribute\.comment must be a text/],
  [when('{ not: {} }'), /not names no condition/],
  [when('{ not: [] }'), /not is an empty list/],
  [constraints('[]'), /constraints must be a section/],
  [constraints('{ newer: [] }'), /knows no key "newer"; did you mean never\?/],
  [constraints('{ never: [Administrator] }'), /has two at least/],
  [constraints('{ never: Administrator }'), /never must be a list/],
  [constraints('{ never: [Administrator, "a,b"] }'), /cannot be a role/],
  [constraints('{ never: [[Administrator, auditor], x] }'), /must be a list/],
  [constraints('{ atMost: [Administrator] }'), /atMost must be a section/],
  [constraints('{ atMost: { Administrator: some } }'), /is no number of people/],
  [constraints('{ atMost: { "a,b": 3 } }'), /cannot be a role/],
  [constraints('{ protected: [ceo] }'), /"ceo" is no address/],
  [constraints('{ protected: ceo@example.com }'), /protected must be a list/],
];

/** What no schema can see: it is the program's alone to say. */
export const faultsBeyondSchema: readonly (readonly [text: string, fault: RegExp])[] = [
  [rule('when: { user: a@x.test }, grant: [LogOn], until: 2026-02-30'), /is no date for until/],
  [rule('when: { user: a@x.test }, grant: [LogOn], from: 2026-11-02, until: 2026-11-02'), /later than from/],
  [when(`${'{ not: '.repeat(6)}{ user: a@x.test }${' }'.repeat(6)}`), /not is nested too deep/],
  [constraints('{ never: ["ReadArchive:*", "ReadArchive:bob@example.com"] }'), /is covered by another name/],
];
