import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Directory, emptyDirectory, type User } from '../../../../sidecar/core/model.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import type { Plan, SyncPolicy } from '../../../../sidecar/core/reconcile/plan.ts';
import { plan, type SomeReading } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const address = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('u.test', 'U.test', 'v.test'))
  .map((parts) => parts.join('@'));
const account = fc
  .record({
    address,
    aliases: fc.array(address, { maxLength: 2 }),
    displayName: fc.constantFrom('', 'X', 'Y'),
    givenName: fc.constantFrom('', 'Ann', 'Ann', 'Bob'),
    surname: fc.constantFrom('Smith', 'Smith', 'Jones'),
    createdOn: fc.constantFrom(undefined, undefined, '2020-01-01', '2021-01-01'),
    isGuest: fc.constantFrom(false, false, false, true),
    expiresOn: fc.constantFrom(undefined, '2027-01-01'),
  })
  .map(({ address: own, ...more }) => anAccount(own, more));
const group = fc
  .record({
    name: fc.constantFrom('g', 'h', 'public-folders', 'a'),
    members: fc.array(fc.oneof(address, fc.constantFrom('[u.test]', 'g@u.test', 'h@u.test', '?')), { maxLength: 4 }),
  })
  .map(({ name, members }) => aGroup(`${name}@u.test`, members));
const anyReading: fc.Arbitrary<Required<SomeReading>> = fc.record({
  domains: fc.constant([aDomain('u.test'), aDomain('v.test')]),
  users: fc.array(account, { maxLength: 6 }).map((some) => [...some, anAccount('always@u.test')]),
  groups: fc.array(group, { maxLength: 4 }),
  kept: fc.array(fc.record({ address, reason: fc.constantFrom('not_due', 'parked') }), { maxLength: 2 }),
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
        const listed = [...after.users, ...after.kept].map((each) => each.address.toLowerCase());
        const present = users.filter((user) => listed.includes(user.login)).flatMap((user) => user.addresses);
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
          if (known === undefined || isAnother(known.facts.createdOn, user.facts.createdOn)) continue;
          assert.equal(user.id, known.id);
          assert.deepEqual(user.createdAt, known.createdAt);
          assert.ok(user.modifiedAt >= known.modifiedAt);
        }
      }),
    );
  });

  it('loses nobody who is there: each account taken by the filter is served as it was read', () => {
    fc.assert(
      fc.property(anyReading, anyReading, anyPolicy, (before, after, policy) => {
        const current = plan({ reading: before, now: time(1) }).next;
        const { next } = plan({ current, reading: after, policy, now: time(2) });
        const users = new Map<string, User>([...next.users.values()].map((user) => [user.login, user]));
        const spellings = Map.groupBy([...after.users, ...after.groups, ...after.kept], (each) =>
          each.address.toLowerCase(),
        );
        for (const read of after.users) {
          const login = read.address.toLowerCase();
          const first = after.users.find((each) => each.address === read.address);
          if (first?.isGuest || new Set(spellings.get(login)?.map((each) => each.address)).size > 1) continue;
          if (after.groups.some((each) => each.address === read.address)) continue;
          const { displayName, state, facts } = users.get(login) ?? assert.fail(`${login} is lost`);
          assert.deepEqual([displayName, state, facts.expiresOn], [first?.displayName, first?.state, first?.expiresOn]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leads to the same end whether runs were broken off before or after their commit and made again, or not', () => {
    const anyRun = fc.record({
      reading: anyReading,
      hours: fc.integer({ min: 1, max: 40 }),
      dropped: fc.nat({ max: 2 }),
      repeated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyRun, { minLength: 1, maxLength: 6 }), anyPolicy, anyFilter, (runs, policy, filter) => {
        const live = (isDisturbed: boolean): Directory => {
          let current = emptyDirectory;
          let hours = 0;
          for (const [index, run] of runs.entries()) {
            hours += run.hours;
            const attempt = (name = 'first') => {
              let ids = 0;
              const now = new Date(time(1).getTime() + hours * 3_600_000);
              const newId = () => {
                ids += 1;
                return `${index}-${name}-${ids}`;
              };
              return plan({ current, reading: run.reading, policy, filter, now, newId });
            };
            const attempts = isDisturbed ? run.dropped : 0;
            for (let each = 0; each < attempts; each += 1) attempt();
            current = applyChange(current, attempt());
            if (isDisturbed && run.repeated) {
              const again = attempt('again');
              assert.equal(again.isEmpty, true);
              current = structuredClone(applyChange(current, again));
            }
          }
          return current;
        };
        assert.deepEqual(inOrder(live(true)), inOrder(live(false)));
      }),
      { numRuns: 200 },
    );
  });
});

function isAnother(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}
