import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Directory } from '../../../../sidecar/core/model.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import { groupsOf, plan, userOf } from '../../../support/reconcile-harness.ts';
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

  it('are removed when the grace is over, and not before', () => {
    const policy = { graceDays: 5 };
    const second = plan({ current: all, reading: without0, now: day(2), policy });
    const shortly = new Date(day(7).getTime() - 1);
    assert.equal(plan({ current: second.next, reading: without0, now: shortly, policy }).isEmpty, true);
    const third = plan({ current: second.next, reading: without0, now: day(7), policy });
    assert.equal(stateOf(third.next), undefined);
    assert.deepEqual(third.change.users.removedIds, [userOf(all, 'user0@example.com')?.id]);
    assert.deepEqual(third.lines, [{ kind: 'removed', address: 'user0@example.com', changes: [] }]);
  });

  it('are disabled by one run before another removes them, even without grace', () => {
    const policy = { graceDays: 0 };
    const second = plan({ current: all, reading: without0, policy, now: day(2) });
    assert.equal(stateOf(second.next), 'missing');
    assert.equal(stateOf(plan({ current: second.next, reading: without0, policy, now: day(2) }).next), undefined);
  });

  it('are removed at once under the policy delete, those who were missing already after their grace', () => {
    const policy = { missingUsers: 'delete', limitPercent: 100 } as const;
    const second = plan({ current: all, reading: without0, policy, now: day(2) });
    assert.deepEqual(second.lines, [{ kind: 'removed', address: 'user0@example.com', changes: [] }]);
    const missing = plan({ current: all, reading: without0, now: day(2) }).next;
    assert.equal(plan({ current: missing, reading: without0, policy, now: day(29) }).isEmpty, true);
    const late = { current: missing, reading: without0, policy: { ...policy, graceDays: 3 }, now: day(5) };
    assert.equal(stateOf(plan(late).next), undefined);
  });

  it('stay as they are under the policy keep', () => {
    const policy = { missingUsers: 'keep', graceDays: 1 } as const;
    assert.equal(plan({ current: all, reading: without0, policy, now: day(2) }).isEmpty, true);
    const disabled = plan({ current: all, reading: without0, now: day(2) }).next;
    assert.equal(plan({ current: disabled, reading: without0, policy, now: day(30) }).isEmpty, true);
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
      policy: { graceDays: 1 },
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
