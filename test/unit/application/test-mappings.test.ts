import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testMappings } from '../../../sidecar/application/test-mappings.ts';
import type { Expectation, ExpectationSubject, RightNames } from '../../../sidecar/core/mapping/expectation.ts';
import { aDirectory, aMapping, aRule } from '../core/mapping/support/a-directory.ts';

const directory = aDirectory({
  users: { 'ann@example.com': {}, 'bob@example.com': {}, 'bob@x.test': {} },
  groups: {
    'auditors@example.com': ['legal@example.com'],
    'legal@example.com': ['ann@example.com'],
    'whole@example.com': ['[example.com]'],
  },
});
const now = new Date('2026-11-24T10:00:00Z');
const mapping = aMapping([
  aRule('audit', { group: 'auditors@example.com' }, { grant: ['ExportEmail', 'ReadArchive:*'], roles: ['auditor'] }),
  aRule('direct', { group: 'auditors@example.com', nested: false }, { roles: ['chief'] }),
  aRule('whole', { group: 'whole@example.com' }, { roles: ['inside'] }),
  aRule('new', { group: 'not-yet@example.com' }, { grant: ['DeleteEmail'] }),
  aRule('outside', { domain: ['contractors.test'] }, { deny: ['LogOn'] }),
  aRule('admins', { attribute: { admin: ['administrator'], comment: 'trust*' } }, { grant: ['Administrator'] }),
  aRule('soon', { user: ['ann@example.com'] }, { grant: ['ChangePassword'], from: new Date('2026-12-01') }),
]);
const none: RightNames = { privileges: [], roles: [] };
const named = (name: string): ExpectationSubject => ({ kind: 'user', name });
const stated = (groups: readonly string[], more: object = {}): ExpectationSubject => ({
  kind: 'stated',
  groups,
  address: undefined,
  admin: 'none',
  comment: '',
  ...more,
});

function failuresOf(
  subject: ExpectationSubject,
  expect: Partial<RightNames>,
  forbid: Partial<RightNames> = {},
  at?: Date,
): readonly string[] {
  const expectation: Expectation = {
    name: 't',
    subject,
    at,
    expect: { ...none, ...expect },
    forbid: { ...none, ...forbid },
  };
  return testMappings(directory, mapping, [expectation], now)[0]?.failures ?? ['no result'];
}

describe('a test of a mapping', () => {
  for (const [what, subject, expect, forbid] of [
    ['a user', named('ann'), { privileges: ['ExportEmail', 'LogOn'], roles: ['auditor'] }, { roles: ['chief'] }],
    [
      'somebody in a nested group',
      stated(['legal@example.com']),
      { roles: ['auditor'] },
      { roles: ['chief', 'inside'] },
    ],
    ['somebody listed by the group', stated(['auditors@example.com']), { roles: ['auditor', 'chief'] }, {}],
    ['somebody of a domain that is a member', stated([], { address: 'new@example.com' }), { roles: ['inside'] }, {}],
    ['a group that is not there yet', stated(['not-yet@example.com']), { privileges: ['DeleteEmail'] }, {}],
    ['a domain', stated([], { address: 'x@contractors.test' }), {}, { privileges: ['LogOn'] }],
    [
      'attributes',
      stated([], { admin: 'administrator', comment: 'Trusted' }),
      { privileges: ['Administrator'] },
      { privileges: ['ReadArchive:*'] },
    ],
  ] as const) {
    it(`passes for ${what}`, () => assert.deepEqual(failuresOf(subject, expect, forbid), []));
  }

  it('asks at the stated time', () => {
    const expect = { privileges: ['ChangePassword'] };
    assert.deepEqual(failuresOf(named('ann'), expect, {}, new Date('2026-12-01')), []);
    assert.equal(failuresOf(named('ann'), expect).length, 1);
  });

  it('says what is lacking or too much, and why', () => {
    assert.deepEqual(failuresOf(named('bob@x.test'), { privileges: ['ExportEmail'], roles: ['auditor'] }), [
      'lacks the privilege ExportEmail: no rule that applies grants it',
      'lacks the role auditor: no rule that applies grants it',
    ]);
    assert.deepEqual(failuresOf(stated([], { address: 'x@contractors.test' }), { privileges: ['LogOn'] }), [
      'lacks the privilege LogOn: denied by "outside"',
    ]);
    assert.deepEqual(failuresOf(named('ann'), {}, { privileges: ['LogOn', 'ReadArchive:*'], roles: ['auditor'] }), [
      'has the privilege LogOn: by default',
      'has the privilege ReadArchive:*: by "audit"',
      'has the role auditor: by "audit"',
    ]);
  });

  it('fails for a user that is not there, or not the only one', () => {
    assert.match(failuresOf(named('nobody'), {}).join(), /no user "nobody"/);
    assert.match(failuresOf(named('bob'), {}).join(), /any of 2 users/);
  });

  it('fails when it forbids a role that no rule gives', () => {
    assert.match(failuresOf(named('ann'), {}, { roles: ['auditr'] }).join(), /auditr, which no rule gives/);
  });

  it('keeps made-up users apart', () => {
    const each = ['auditors@example.com', 'legal@example.com'].map(
      (group): Expectation => ({
        name: group,
        subject: stated([group], { address: 'same@example.com' }),
        at: undefined,
        expect: { ...none, roles: ['chief'] },
        forbid: none,
      }),
    );
    const results = testMappings(directory, mapping, each, now);
    assert.deepEqual(
      results.map(({ failures }) => failures.length),
      [0, 1],
    );
  });
});
