import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupOf, groupsOf, type PlanRequest, plan, userOf } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const rest = anAccount('rest@example.com');
const names = { displayName: 'Ann Smith', givenName: 'Ann', surname: 'Smith' };
const ann = anAccount('ann@example.com', { ...names, aliases: ['a@example.com'], createdOn: '2020-01-01' });
const groups = [aGroup('staff@example.com', ['ann@example.com'])];
const before = plan({ reading: { users: [ann, rest], groups }, now: day(1) }).next;
const missing = plan({ current: before, reading: { users: [rest], groups }, now: day(2) }).next;
const idOf = (directory: typeof before) => userOf(directory, 'ann@example.com')?.id;
const back = (edit: Partial<typeof ann>, more: Partial<PlanRequest> = {}) =>
  plan({ current: missing, reading: { users: [{ ...ann, ...edit }, rest], groups }, now: day(3), ...more });

describe('a user that comes back within grace', () => {
  it('keeps its UUID and is reported, whatever was changed beside names and aliases', () => {
    for (const edit of [{}, { description: 'x', telephoneNumber: '1' }]) {
      const { next, lines, counts, held } = back(edit);
      assert.equal(idOf(next), idOf(before));
      assert.deepEqual([userOf(next, ann.address)?.state, counts.returned, held], ['enabled', 1, []]);
      assert.equal(lines.find(({ address }) => address === ann.address)?.kind, 'returned');
    }
  });

  for (const [field, edit, other] of [
    ['display name', { displayName: 'X' }, { displayName: 'Y' }],
    ['given name', { givenName: 'X' }, { givenName: 'Y' }],
    ['surname', { surname: 'X' }, { surname: 'Y' }],
    ['aliases', { aliases: [] }, { aliases: ['b@example.com'] }],
  ] as const) {
    it(`is held with another ${field}, until just that is confirmed`, () => {
      const { held, riskHash } = back(edit);
      assert.match(held.join(), /may be somebody else: ann@example.com/);
      assert.notEqual(back(other).riskHash, riskHash);
      const confirmed = back(edit, { confirm: riskHash });
      assert.deepEqual([confirmed.held, idOf(confirmed.next)], [[], idOf(before)]);
    });
  }
});

describe('an address whose account was created on another day', () => {
  const another = { createdOn: '2026-11-02', displayName: 'Ann Miller', surname: 'Miller' };

  for (const [when, current] of [
    ['at once', before],
    ['after the former one was missing', missing],
  ] as const) {
    it(`is a new person, ${when}: the former one goes with its UUID`, () => {
      const { next, lines, counts, change, warnings } = back(another, { current });
      const user = userOf(next, ann.address);
      assert.notEqual(user?.id, idOf(before));
      assert.deepEqual([user?.createdAt, user?.surname, user?.facts.createdOn], [day(3), 'Miller', '2026-11-02']);
      assert.deepEqual(change.users.removedIds, [idOf(before)]);
      assert.deepEqual([counts.removed, counts.new, counts.returned, counts.disabled], [1, 1, 0, 0]);
      assert.deepEqual(
        lines.filter(({ address }) => address === ann.address).map(({ kind }) => kind),
        ['removed', 'new'],
      );
      assert.match(warnings.join(), /ann@example.com was created on another day/);
      assert.equal(next.users.size, 2);
    });
  }

  it('is in the groups that list it, and moves their time', () => {
    const { next } = back(another, { current: before });
    assert.deepEqual(groupsOf(next, ann.address), ['staff@example.com!']);
    assert.deepEqual(groupOf(next, 'staff@example.com')?.modifiedAt, day(3));
  });

  it('counts as a removal before the guard, even under the policy keep', () => {
    const policy = { missingUsers: 'keep', limitUsers: 0 } as const;
    assert.match(back(another, { current: before, policy }).held.join(), /0 users would be disabled and 1 removed/);
  });

  it('is the same one as long as one of the days is not known', () => {
    const unknown = plan({ reading: { users: [{ ...ann, createdOn: undefined }, rest], groups } }).next;
    assert.equal(idOf(back({ createdOn: '2026-11-02' }, { current: unknown }).next), idOf(unknown));
    assert.equal(idOf(back({ createdOn: undefined }, { current: before }).next), idOf(before));
  });

  it('does not keep the former one from going on under another address', () => {
    const renamed = anAccount('a@example.com', { ...names, createdOn: '2020-01-01' });
    const users = [{ ...ann, ...another, aliases: [] }, renamed, rest];
    const { next, counts } = plan({ current: before, reading: { users, groups }, now: day(3) });
    assert.equal(userOf(next, 'a@example.com')?.id, idOf(before));
    assert.notEqual(idOf(next), idOf(before));
    assert.deepEqual([counts.renamed, counts.new, counts.removed], [1, 1, 0]);
  });
});
