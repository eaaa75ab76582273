import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../../sidecar/core/errors.ts';
import type { SourceUser } from '../../../../sidecar/core/ports/directory-source.ts';
import { groupOf, groupsOf, type PlanRequest, plan, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const names = { givenName: 'Ann', surname: 'Smith' };
const rest = anAccount('rest@example.com');
const old = anAccount('ann@example.com', { ...names, aliases: ['a.jones@example.com'] });
const groups = [aGroup('staff@example.com', ['ann@example.com', 'rest@example.com'])];
const before = plan({ reading: { users: [old, rest], groups }, now: day(1) }).next;
const idOf = (directory: typeof before, login: string) => userOf(directory, login)?.id;
const heir = (more: Partial<SourceUser> = {}) =>
  anAccount('ann.jones@example.com', { ...names, aliases: ['ann@example.com'], ...more });
const after = (users: readonly SourceUser[], more: Partial<PlanRequest> = {}) =>
  plan({ current: before, reading: { users: [rest, ...users], groups }, now: day(2), ...more });

describe('a renamed account', () => {
  it('keeps identity, creation and groups when the old address is an alias of the new account and the names agree', () => {
    const { next, lines, counts, proposedRenames, change } = after([heir()]);
    const user = userOf(next, 'ann.jones@example.com');
    assert.equal(user?.id, idOf(before, 'ann@example.com'));
    assert.deepEqual([user?.createdAt, user?.modifiedAt], [day(1), day(2)]);
    assert.equal(userOf(next, 'ann@example.com'), undefined);
    assert.deepEqual(groupsOf(next, 'ann.jones@example.com'), ['staff@example.com!']);
    assert.deepEqual([counts.renamed, counts.new, counts.disabled, counts.removed], [1, 0, 0, 0]);
    assert.deepEqual([proposedRenames, change.users.removedIds], [[], []]);
    const line = lines.find(({ kind }) => kind === 'renamed');
    assert.equal(line?.address, 'ann.jones@example.com');
    assert.deepEqual(line?.changes[0], { field: 'login', from: 'ann@example.com', to: 'ann.jones@example.com' });
  });

  it('moves the time of its groups, which name it otherwise now, and takes no member away', () => {
    const { next, lines } = after([heir()], { policy: { limitMembersPercent: 0 } });
    assert.deepEqual(groupOf(next, 'staff@example.com')?.modifiedAt, day(2));
    assert.deepEqual(lines.find(({ kind }) => kind === 'group_changed')?.changes, [
      { field: 'members', joined: 1, left: 1 },
    ]);
  });

  it('is recognised when the new address was an alias of the old account', () => {
    const { next } = after([anAccount('a.jones@example.com', names)]);
    assert.equal(idOf(next, 'a.jones@example.com'), idOf(before, 'ann@example.com'));
  });

  it('is recognised by names in another case and Unicode form', () => {
    const unicode = (displayName: string) => ({ givenName: displayName, surname: 'O' });
    const current = plan({ reading: { users: [anAccount('zoe@example.com', unicode('Zo\u00eb')), rest] } }).next;
    const users = [anAccount('z@example.com', { ...unicode(' ZOE\u0308'), aliases: ['zoe@example.com'] }), rest];
    assert.equal(idOf(plan({ current, reading: { users } }).next, 'z@example.com'), idOf(current, 'zoe@example.com'));
  });

  it('is recognised within grace, and no more after it', () => {
    const missing = after([]).next;
    const policy = { graceDays: 5 };
    for (const [number, isSame] of [
      [6, true],
      [7, false],
    ] as const) {
      const { next, counts } = after([heir()], { current: missing, now: day(number), policy });
      assert.equal(idOf(next, 'ann.jones@example.com') === idOf(before, 'ann@example.com'), isSame);
      assert.deepEqual([counts.renamed, counts.removed], isSame ? [1, 0] : [0, 1]);
    }
  });

  it('is not held, and is enabled again, when it was missing meanwhile', () => {
    const { next, held } = after([heir()], { current: after([]).next, now: day(3) });
    assert.equal(userOf(next, 'ann.jones@example.com')?.state, 'enabled');
    assert.deepEqual(held, []);
  });
});

describe('a likely rename', () => {
  for (const [why, more] of [
    ['another surname', { surname: 'Jones' }],
    ['another given name', { givenName: 'Anna' }],
    ['no names', { givenName: '', surname: '' }],
    ['no surname', { surname: '' }],
  ] as const) {
    it(`is proposed, and not done, with ${why}`, () => {
      const { next, proposedRenames, warnings, counts } = after([heir(more)]);
      assert.notEqual(idOf(next, 'ann.jones@example.com'), idOf(before, 'ann@example.com'));
      assert.equal(userOf(next, 'ann@example.com')?.state, 'missing');
      assert.deepEqual(proposedRenames, [{ from: 'ann@example.com', to: 'ann.jones@example.com' }]);
      assert.match(warnings.join(), /sync --rename ann@example.com=ann.jones@example.com/);
      assert.deepEqual([counts.renamed, counts.new, counts.disabled], [0, 1, 1]);
    });
  }

  it('needs both names to be there on both sides', () => {
    const nameless = plan({ reading: { users: [anAccount('ann@example.com'), rest], groups } }).next;
    const { counts, proposedRenames } = after([heir({ givenName: '', surname: '' })], { current: nameless });
    assert.deepEqual([counts.renamed, proposedRenames.length], [0, 1]);
  });

  it('is proposed again until the grace is over, and never done by itself later', () => {
    let current = after([heir({ surname: 'Jones' })]).next;
    const again = after([heir()], { current, now: day(3) });
    assert.deepEqual([again.counts.renamed, again.proposedRenames.length], [0, 1]);
    current = again.next;
    assert.deepEqual(after([heir()], { current, now: day(30), policy: { graceDays: 3 } }).proposedRenames, []);
  });

  it('keeps the old user for that long even under the policy delete', () => {
    const policy = { missingUsers: 'delete', graceDays: 3 } as const;
    const { next } = after([heir({ surname: 'Jones' })], { policy });
    assert.equal(userOf(next, 'ann@example.com')?.state, 'missing');
    const late = after([heir({ surname: 'Jones' })], { current: next, policy, now: day(9) }).next;
    assert.equal(userOf(late, 'ann@example.com'), undefined);
  });

  it('is none for an account that was there before, or was created on another day', () => {
    const both = plan({ reading: { users: [old, rest, heir({ aliases: [] })] }, now: day(1) }).next;
    const known = after([heir()], { current: both });
    assert.deepEqual([known.counts.renamed, known.proposedRenames], [0, []]);
    assert.match(known.warnings.join(), /ann@example.com is gone and its address is an alias of another account/);
    const dated = plan({ reading: { users: [{ ...old, createdOn: '2020-01-01' }, rest] } }).next;
    for (const [createdOn, renamed] of [
      ['2020-01-01', 1],
      [undefined, 1],
      ['2026-11-01', 0],
    ] as const) {
      assert.equal(after([heir({ createdOn })], { current: dated }).counts.renamed, renamed);
    }
    assert.deepEqual(after([heir({ createdOn: '2026-11-01' })], { current: dated }).proposedRenames, []);
  });

  it('is only a warning when two accounts come into question, on either side', () => {
    const twin = anAccount('a.jones@example.com', names);
    const two = after([heir(), twin]);
    assert.deepEqual([two.counts.renamed, two.counts.new, two.proposedRenames], [0, 2, []]);
    assert.match(two.warnings.join(), /ann@example.com is gone, and several accounts may have been renamed/);
    const sources = plan({ reading: { users: [old, anAccount('ann2@example.com', names), rest] }, now: day(1) }).next;
    const one = after([heir({ aliases: ['ann@example.com', 'ann2@example.com'] })], { current: sources });
    assert.deepEqual([one.counts.renamed, one.counts.disabled, one.proposedRenames], [0, 2, []]);
  });

  it('is none when the filter leaves the new account out', () => {
    const domains = [aDomain('example.com'), aDomain('away.test')];
    const moved = anAccount('ann@away.test', { ...names, aliases: ['ann@example.com'] });
    const { counts, next } = plan({
      current: before,
      reading: { domains, users: [rest, moved] },
      filter: { domains: ['example.com'], groups: [] },
    });
    assert.deepEqual([counts.renamed, counts.disabled], [0, 1]);
    assert.equal(userOf(next, 'ann@example.com')?.state, 'missing');
  });
});

describe('a confirmed rename', () => {
  const stranger = anAccount('jane@example.com', { givenName: 'Jane', surname: 'Doe' });
  const renames = { 'ann@example.com': 'jane@example.com' };

  it('is done whatever names and aliases say', () => {
    const { next, counts, held } = after([stranger], { renames });
    assert.equal(idOf(next, 'jane@example.com'), idOf(before, 'ann@example.com'));
    assert.deepEqual([counts.renamed, counts.new, counts.disabled, held], [1, 0, 0, []]);
  });

  it('takes addresses in any spelling', () => {
    const { counts } = after([stranger], { renames: { ' Ann@Example.COM ': 'JANE@example.com' } });
    assert.equal(counts.renamed, 1);
  });

  it('can come after the new account got an entry of its own, which is given up', () => {
    const current = after([stranger]).next;
    const { next, lines, counts, change } = after([stranger], { current, renames, now: day(3) });
    assert.equal(idOf(next, 'jane@example.com'), idOf(before, 'ann@example.com'));
    assert.deepEqual(change.users.removedIds, [idOf(current, 'jane@example.com')]);
    assert.deepEqual([counts.renamed, counts.removed, next.users.size], [1, 0, 2]);
    assert.deepEqual(lines.find(({ kind }) => kind === 'renamed')?.changes.at(-1), {
      field: 'entryUUID',
      from: idOf(current, 'jane@example.com'),
      to: idOf(before, 'ann@example.com'),
    });
  });

  it('can name an account that was not read whole this time', () => {
    const current = after([stranger]).next;
    const kept = [{ address: 'jane@example.com', reason: 'not_due' } as const];
    const { next } = plan({ current, reading: { users: [rest], kept, groups }, renames, now: day(3) });
    assert.equal(idOf(next, 'jane@example.com'), idOf(before, 'ann@example.com'));
    assert.equal(userOf(next, 'jane@example.com')?.surname, 'Doe');
    assert.equal(userOf(next, 'jane@example.com')?.state, 'enabled');
  });

  it('settles one of two candidates', () => {
    const users = [heir(), anAccount('a.jones@example.com', names)];
    const { counts, next } = after(users, { renames: { 'ann@example.com': 'a.jones@example.com' } });
    assert.deepEqual([counts.renamed, counts.new], [1, 1]);
    assert.equal(idOf(next, 'a.jones@example.com'), idOf(before, 'ann@example.com'));
  });

  for (const [why, wrong, message] of [
    ['an old address that nobody had', { 'nobody@example.com': 'jane@example.com' }, /no synchronised user.*nobody@/],
    ['an old address that is still there', { 'rest@example.com': 'jane@example.com' }, /rest@example.com is still/],
    ['an old address that is none', { '?': 'jane@example.com' }, /no synchronised user is stored under \?/],
    [
      'a new address that is no account',
      { 'ann@example.com': 'nobody@example.com' },
      /nobody@example.com is no account/,
    ],
    [
      'a new address of somebody known longer',
      { 'ann@example.com': 'rest@example.com' },
      /rest@example.com was a user/,
    ],
  ] as const) {
    it(`is refused with ${why}`, () => {
      assert.throws(
        () => after([stranger], { renames: wrong }),
        (error) => error instanceof DomainError && error.code === 'invalid_input' && message.test(error.message),
      );
    });
  }

  it('is refused when two old users are given one new address, or the filter leaves it out', () => {
    const current = plan({ reading: { users: [old, rest, anAccount('bob@example.com')] }, now: day(1) }).next;
    const twice = { 'ann@example.com': 'jane@example.com', 'bob@example.com': 'jane@example.com' };
    assert.throws(() => after([stranger], { current, renames: twice }), /jane@example.com is given twice/);
    assert.throws(() => after([{ ...stranger, isGuest: true }], { renames }), /jane@example.com is left out/);
  });
});
