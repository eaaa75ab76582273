import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Directory } from '../../../../sidecar/core/model.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import { groupsOf, type PlanRequest, plan, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const account = (index: number) => anAccount(`user${index}@example.com`);
const accounts = (count: number) => Array.from({ length: count }, (_, index) => account(index));
const all = plan({ reading: { users: accounts(3) }, now: day(1) }).next;
const without0 = { users: accounts(3).slice(1) };
const stateOf = (directory: Directory) => userOf(directory, 'user0@example.com')?.state;

describe('users that are gone', () => {
  it('are disabled, keep identity and entry, and are not touched again', () => {
    const second = plan({ current: all, reading: without0, now: day(2) });
    const user = userOf(second.next, 'user0@example.com');
    assert.deepEqual([user?.state, user?.missingSince], ['missing', day(2)]);
    assert.equal(user?.id, userOf(all, 'user0@example.com')?.id);
    assert.deepEqual(second.lines, [
      { kind: 'disabled', address: 'user0@example.com', changes: [{ field: 'state', from: 'enabled', to: 'missing' }] },
    ]);
    assert.equal(plan({ current: second.next, reading: without0, now: day(29) }).isEmpty, true);
  });

  it('are removed when the grace is over, not before, and only by the policy delete', () => {
    const request = (now: Date, current: Directory): PlanRequest => ({
      current,
      reading: without0,
      now,
      policy: { missingUsers: 'delete', graceDays: 5 },
    });
    const second = plan(request(day(2), all));
    assert.equal(stateOf(second.next), 'missing');
    assert.equal(plan(request(new Date(day(7).getTime() - 1), second.next)).isEmpty, true);
    const third = plan(request(day(7), second.next));
    assert.equal(stateOf(third.next), undefined);
    assert.deepEqual(third.change.users.removedIds, [userOf(all, 'user0@example.com')?.id]);
    assert.deepEqual(third.lines, [{ kind: 'removed', address: 'user0@example.com', changes: [] }]);
    assert.equal(
      plan({ ...request(day(30), second.next), policy: { missingUsers: 'disable', graceDays: 5 } }).isEmpty,
      true,
    );
  });

  it('are disabled by one run before another removes them, even without grace', () => {
    const policy = { missingUsers: 'delete', graceDays: 0 } as const;
    const second = plan({ current: all, reading: without0, policy, now: day(2) });
    assert.equal(stateOf(second.next), 'missing');
    assert.equal(stateOf(plan({ current: second.next, reading: without0, policy, now: day(2) }).next), undefined);
  });

  it('stay as they are under the policy keep', () => {
    const policy = { missingUsers: 'keep' } as const;
    assert.equal(plan({ current: all, reading: without0, policy, now: day(2) }).isEmpty, true);
    const disabled = plan({ current: all, reading: without0, now: day(2) }).next;
    assert.equal(plan({ current: disabled, reading: without0, policy, now: day(3) }).isEmpty, true);
    const kept = plan({ current: all, reading: without0, policy, now: day(2) }).next;
    const deleting = plan({
      current: kept,
      reading: without0,
      policy: { missingUsers: 'delete', graceDays: 0 },
      now: day(90),
    });
    assert.equal(stateOf(deleting.next), 'missing');
  });

  it('come back with the same UUID', () => {
    const second = plan({ current: all, reading: without0, now: day(2) });
    const third = plan({ current: second.next, reading: { users: accounts(3) }, now: day(3) });
    const user = userOf(third.next, 'user0@example.com');
    assert.deepEqual(
      [user?.state, user?.missingSince, user?.id],
      ['enabled', undefined, userOf(all, 'user0@example.com')?.id],
    );
    assert.deepEqual(
      third.lines.map((line) => line.kind),
      ['returned'],
    );
  });

  it('lose to live accounts the addresses these have by now, and a successor is pointed out', () => {
    const before = plan({
      reading: {
        users: [anAccount('old@example.com', { aliases: ['info@example.com'] }), ...accounts(3)],
        groups: [aGroup('staff@example.com', ['old@example.com'])],
      },
      now: day(1),
    }).next;
    const after = plan({
      current: before,
      reading: {
        users: [anAccount('new@example.com', { aliases: ['old@example.com', 'info@example.com'] }), ...accounts(3)],
        groups: [aGroup('staff@example.com', ['old@example.com'])],
      },
      now: day(2),
    });
    assert.deepEqual(userOf(after.next, 'old@example.com')?.addresses, ['old@example.com']);
    assert.notEqual(userOf(after.next, 'new@example.com')?.id, userOf(before, 'old@example.com')?.id);
    assert.deepEqual(groupsOf(after.next, 'new@example.com'), ['staff@example.com!']);
    assert.deepEqual(groupsOf(after.next, 'old@example.com'), []);
    assert.match(after.warnings.join('\n'), /account old@example.com is gone and its address is an alias/);
  });
});

describe('users who leave the filter', () => {
  const reading = (members: readonly string[]) => ({
    domains: [aDomain('example.com')],
    users: accounts(3),
    groups: [aGroup('synced@example.com', members), aGroup('rest@example.com', ['user0@example.com'])],
  });
  const filter = parseSyncFilter([], ['synced@example.com']);
  const before = plan({ reading: reading(['[example.com]']), filter, now: day(1) }).next;
  const left = reading(['user1@example.com', 'user2@example.com']);

  it('are treated like users that are gone, and lose the membership', () => {
    const after = plan({ current: before, reading: left, filter, now: day(2) });
    assert.equal(stateOf(after.next), 'missing');
    assert.deepEqual(groupsOf(after.next, 'user0@example.com'), ['rest@example.com!']);
    assert.equal(after.counts.filteredOut, 1);
    const removed = plan({
      current: after.next,
      reading: left,
      filter,
      policy: { missingUsers: 'delete', graceDays: 1 },
      now: day(4),
    });
    assert.equal(stateOf(removed.next), undefined);
    assert.deepEqual(
      [...removed.next.groups.values()].map(({ name }) => name),
      ['synced@example.com'],
    );
  });

  it('keep nothing but their entry under the policy keep: rights follow the groups', () => {
    const after = plan({ current: before, reading: left, filter, policy: { missingUsers: 'keep' }, now: day(2) });
    assert.equal(stateOf(after.next), 'enabled');
    assert.deepEqual(groupsOf(after.next, 'user0@example.com'), ['rest@example.com!']);
  });
});

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
    const policy = { missingUsers: 'delete', graceDays: 1 } as const;
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

  it('never holds a first import', () => assert.equal(plan({ reading: { users: accounts(5000) } }).held.length, 0));
});
