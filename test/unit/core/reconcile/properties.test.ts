import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Directory } from '../../../../sidecar/core/model.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import type { Plan, Reading, SyncPolicy } from '../../../../sidecar/core/reconcile/plan.ts';
import { plan } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const address = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('u.test', 'U.test', 'v.test'))
  .map((parts) => parts.join('@'));
const account = fc
  .record({ address, aliases: fc.array(address, { maxLength: 2 }), displayName: fc.constantFrom('', 'X', 'Y') })
  .map(({ address: own, ...more }) => anAccount(own, more));
const group = fc
  .record({
    name: fc.constantFrom('g', 'h', 'public-folders', 'a'),
    members: fc.array(fc.oneof(address, fc.constantFrom('[u.test]', 'g@u.test', 'h@u.test', '?')), { maxLength: 4 }),
  })
  .map(({ name, members }) => aGroup(`${name}@u.test`, members));
const anyReading: fc.Arbitrary<Reading> = fc.record({
  domains: fc.constant([aDomain('u.test'), aDomain('v.test')]),
  users: fc.array(account, { maxLength: 6 }).map((some) => [...some, anAccount('always@u.test')]),
  groups: fc.array(group, { maxLength: 4 }),
});
const anyPolicy = fc.record<Partial<SyncPolicy>>({
  missingUsers: fc.constantFrom<SyncPolicy['missingUsers'][]>('keep', 'disable', 'delete'),
  graceDays: fc.constantFrom(1, 30),
});
const anyFilter = fc.constantFrom(parseSyncFilter([], []), parseSyncFilter(['v.test'], ['g@u.test']));
const time = (day: number) => new Date(Date.UTC(2026, 0, day));

function applyChange(current: Directory, { change }: Plan): Directory {
  const users = new Map(current.users);
  const groups = new Map(current.groups);
  for (const user of change.users.saved) users.set(user.id, user);
  for (const id of change.users.removedIds) users.delete(id);
  for (const each of change.groups.saved) groups.set(each.id, each);
  for (const id of change.groups.removedIds) groups.delete(id);
  return { generation: current.generation + 1, users, groups };
}

const inOrder = ({ users, groups }: Directory) => [
  [...users.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
];

describe('any plan', () => {
  it('writes exactly what leads to the next directory, and is empty when made again', () => {
    fc.assert(
      fc.property(anyReading, anyReading, anyPolicy, anyFilter, (before, after, policy, filter) => {
        const current = plan({ reading: before, filter, now: time(1) }).next;
        const second = plan({ current, reading: after, policy, filter, now: time(2) });
        assert.deepEqual(inOrder(applyChange(current, second)), inOrder(second.next));
        const stored = structuredClone(second.next);
        const third = plan({ current: stored, reading: after, policy, filter, now: time(2) });
        assert.deepEqual(third.lines, []);
        assert.equal(third.isEmpty, true);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps one entry a name, gives no address away twice among those who are there, and leaves nothing dangling', () => {
    fc.assert(
      fc.property(anyReading, anyReading, anyPolicy, anyFilter, (before, after, policy, filter) => {
        const current = plan({ reading: before, filter, now: time(1) }).next;
        const { next } = plan({ current, reading: after, policy, filter, now: time(2) });
        const users = [...next.users.values()];
        const logins = users.map((user) => user.login);
        assert.equal(new Set(logins).size, logins.length);
        const read = new Set(after.users.map((each) => each.address.toLowerCase()));
        const present = users.filter((user) => read.has(user.login)).flatMap((user) => user.addresses);
        assert.equal(new Set(present).size, present.length);
        for (const user of users) {
          assert.equal(user.addresses[0], user.login);
          for (const { groupId } of user.memberships) assert.ok(next.groups.has(groupId));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the identity of whoever stays, and moves times forward only', () => {
    fc.assert(
      fc.property(anyReading, anyReading, fc.constantFrom(time(1), time(2)), (before, after, now) => {
        const current = plan({ reading: before, now: time(2) }).next;
        const { next } = plan({ current, reading: after, now });
        for (const user of next.users.values()) {
          const known = [...current.users.values()].find(({ login }) => login === user.login);
          if (known === undefined) continue;
          assert.equal(user.id, known.id);
          assert.deepEqual(user.createdAt, known.createdAt);
          assert.ok(user.modifiedAt >= known.modifiedAt);
        }
      }),
    );
  });
});
