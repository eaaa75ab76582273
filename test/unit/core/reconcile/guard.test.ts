import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceUser } from '../../../../sidecar/core/ports/directory-source.ts';
import { type PlanRequest, plan } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const accounts = (count: number) => Array.from({ length: count }, (_, index) => anAccount(`user${index}@example.com`));
const addressesOf = (count: number) => accounts(count).map(({ address }) => address);

describe('the guard', () => {
  const heldFor = (before: number, gone: number, policy: PlanRequest['policy'] = {}) => {
    const current = plan({ reading: { users: accounts(before) } }).next;
    return plan({ current, reading: { users: accounts(before).slice(gone) }, policy }).held.length > 0;
  };
  for (const [before, gone, held] of [
    [10, 2, false],
    [10, 3, true],
    [30, 3, false],
    [29, 3, true],
    [1000, 20, false],
    [1000, 21, true],
  ] as const) {
    it(`${held ? 'holds' : 'lets pass'} a plan that disables ${gone} of ${before}`, () => {
      assert.equal(heldFor(before, gone), held);
    });
  }

  it('takes its limits from the policy', () => {
    assert.equal(heldFor(10, 3, { limitPercent: 30 }), false);
    assert.equal(heldFor(10, 3, { limitPercent: 100, limitUsers: 2 }), true);
  });

  it('counts accounts that IceWarp itself disabled, and says how many', () => {
    const current = plan({ reading: { users: accounts(10) } }).next;
    const users = accounts(10).map((each) => ({ ...each, state: 'domain_disabled' as const }));
    const { held, counts } = plan({ current, reading: { users } });
    assert.equal(counts.disabled, 10);
    assert.deepEqual(held, ['10 users would be disabled and 0 removed: more than 10 % of 10 (sync.limitPercent)']);
  });

  it('counts removals, too, and takes the share of those who are there', () => {
    let current = plan({ reading: { users: accounts(30) }, now: day(1) }).next;
    current = plan({
      current,
      reading: { users: accounts(30).slice(20) },
      now: day(1),
      policy: { limitPercent: 100 },
    }).next;
    const policy = { graceDays: 1 };
    const { counts, held } = plan({ current, reading: { users: accounts(30).slice(20) }, now: day(9), policy });
    assert.equal(counts.removed, 20);
    assert.equal(held.length, 1);
  });

  it('does not let many missing users hide that few of the rest go', () => {
    const policy = { limitPercent: 100, limitUsers: 100 };
    const first = plan({ reading: { users: accounts(60) } }).next;
    const current = plan({ current: first, reading: { users: accounts(60).slice(40) }, policy }).next;
    assert.equal(plan({ current, reading: { users: accounts(60).slice(43) } }).held.length, 1);
  });
});

describe('the guard of groups', () => {
  const users = accounts(20);
  const staff = (count: number) => ({ users, groups: [aGroup('staff@example.com', addressesOf(count))] });
  const heldAfter = (before: number, after: number, policy: PlanRequest['policy'] = {}) =>
    plan({ current: plan({ reading: staff(before) }).next, reading: staff(after), policy }).held;

  for (const [before, after, held] of [
    [10, 8, false],
    [10, 7, true],
    [9, 1, false],
    [20, 16, false],
    [20, 15, true],
  ] as const) {
    it(`${held ? 'holds' : 'lets pass'} a plan that leaves ${after} of ${before} members`, () => {
      assert.equal(heldAfter(before, after).length > 0, held);
    });
  }

  it('names the group, the numbers and the setting, and takes the limit from the policy', () => {
    assert.deepEqual(heldAfter(10, 7), [
      'groups of 10 or more would lose members: staff@example.com 3 of 10: more than 20 % (sync.limitMembersPercent)',
    ]);
    assert.deepEqual(heldAfter(10, 7, { limitMembersPercent: 30 }), []);
  });

  it('holds a plan that drops the group as a whole', () => {
    assert.equal(plan({ current: plan({ reading: staff(10) }).next, reading: { users } }).held.length, 1);
  });

  it('counts those who lose the membership through a nested group', () => {
    const nested = (count: number) => ({
      users,
      groups: [aGroup('all@example.com', ['few@example.com']), aGroup('few@example.com', addressesOf(count))],
    });
    const { held } = plan({ current: plan({ reading: nested(10) }).next, reading: nested(7) });
    assert.match(held.join(), /all@example.com 3 of 10, few@example.com 3 of 10/);
  });

  it('counts nobody who was missing anyway', () => {
    const policy = { limitPercent: 100, graceDays: 1 };
    const current = plan({ reading: staff(20), now: day(1) }).next;
    const gone = { users: users.slice(4), groups: staff(20).groups };
    const missing = plan({ current, reading: gone, now: day(2), policy }).next;
    const { counts, held } = plan({ current: missing, reading: gone, now: day(9), policy });
    assert.deepEqual([counts.removed, held], [4, []]);
  });
});

describe('the guard of archives', () => {
  const users = accounts(30);
  const reading = (count: number) => ({ users, groups: [aGroup('audit@example.com', addressesOf(count))] });
  const granting = (...grant: string[]) => ({
    defaults: ['LogOn'],
    rules: [{ name: 'audit', when: { group: 'audit@example.com' }, grant, deny: [], roles: [] }],
  });
  const current = (mapping = granting()) => plan({ reading: reading(21), mapping }).next;

  for (const grant of ['ReadArchive:*', 'WriteArchive:bob@example.com', 'DeleteArchive:group:staff@example.com']) {
    it(`holds a plan that gives ${grant} to more people than the limit`, () => {
      const request = { current: current(), reading: reading(21), mapping: granting(grant) };
      assert.deepEqual(plan(request).held, [
        'archives of others would be opened to 21 people: more than 20 (sync.limitArchiveGrants)',
      ]);
      assert.deepEqual(plan({ ...request, policy: { limitArchiveGrants: 21 } }).held, []);
    });
  }

  it('lets pass what opens nothing: fewer people, own archives, an archive of all those open already', () => {
    const policy = { limitMembersPercent: 100 };
    const few = { current: plan({ reading: reading(20) }).next, reading: reading(20), policy };
    assert.deepEqual(plan({ ...few, mapping: granting('ReadArchive:*') }).held, []);
    const own = granting('WriteOwnArchive', 'Administrator');
    assert.deepEqual(plan({ current: current(), reading: reading(21), mapping: own }).held, []);
    const wide = current(granting('ReadArchive:*'));
    const narrow = granting('ReadArchive:*', 'ReadArchive:bob@example.com');
    assert.deepEqual(plan({ current: wide, reading: reading(21), mapping: narrow }).held, []);
    assert.equal(plan({ current: current(), reading: reading(21), mapping: granting() }).isEmpty, true);
  });

  it('is the only one that a first import meets', () => {
    const { held } = plan({ reading: reading(21), mapping: granting('ReadArchive:*') });
    assert.equal(held.length, 1);
  });
});

describe('a held plan', () => {
  const current = plan({ reading: { users: accounts(30) }, now: day(1) }).next;
  const without = (gone: number, ...more: string[]) => ({
    users: [...accounts(30).slice(gone), ...more.map((address) => anAccount(address))],
  });
  const first = plan({ current, reading: without(5), now: day(2) });

  it('is named by its risky changes: the same ones have the same name in another run, beside harmless changes', () => {
    assert.match(first.riskHash ?? '', /^[0-9a-f]{12}$/);
    const next = { current, reading: without(5, 'new@example.com'), now: day(3) };
    assert.equal(plan(next).riskHash, first.riskHash);
    assert.notEqual(plan({ current, reading: without(6), now: day(3) }).riskHash, first.riskHash);
    const others = accounts(30).filter((_, index) => index < 20 || index >= 25);
    assert.notEqual(plan({ current, reading: { users: others }, now: day(3) }).riskHash, first.riskHash);
  });

  it('has the same name in whatever order the server lists its accounts', () => {
    const reading = (users: readonly SourceUser[], members: number) => ({
      users,
      groups: [aGroup('staff@example.com', addressesOf(members))],
    });
    const staffed = plan({ reading: reading(accounts(30), 30) }).next;
    const hashes = [accounts(30), accounts(30).toReversed()].map(
      (users) => plan({ current: staffed, reading: reading(users, 20) }).riskHash,
    );
    assert.ok(hashes[0]);
    assert.equal(hashes[1], hashes[0]);
  });

  it('is free with its name, and not with that of another one', () => {
    const confirmed = plan({ current, reading: without(5), now: day(2), confirm: first.riskHash });
    assert.deepEqual([confirmed.held, confirmed.riskHash, confirmed.counts.disabled], [[], first.riskHash, 5]);
    const grown = plan({ current, reading: without(6), now: day(2), confirm: first.riskHash });
    assert.equal(grown.held.length, 1);
    assert.match(grown.warnings.join(), new RegExp(`confirmed .${first.riskHash}. is not this one`));
  });

  it('gives each limit as a reason of its own', () => {
    const staff = (count: number) => [aGroup('staff@example.com', addressesOf(count))];
    const before = plan({ reading: { users: accounts(30), groups: staff(30) } }).next;
    const after = plan({ current: before, reading: { users: accounts(30).slice(5), groups: staff(20) } });
    assert.equal(after.held.length, 2);
  });

  it('has a name only when something is risky', () => {
    assert.equal(plan({ current, reading: without(1), now: day(2) }).riskHash, undefined);
  });
});

describe('a first import', () => {
  it('is not held however many users it brings', () => {
    const { held, next } = plan({ reading: { users: accounts(5000) } });
    assert.deepEqual([held, next.users.size], [[], 5000]);
  });
});
