import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupOf, groupsOf, plan, type SomeReading, userOf } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';

const users = [anAccount('alice@example.com', { aliases: ['al@example.com'] }), anAccount('bob@example.com')];
const groups = [aGroup('audit@example.com', ['legal@example.com']), aGroup('legal@example.com', ['alice@example.com'])];
const start: SomeReading = { users, groups };
const first = plan({ reading: start, now: new Date('2026-11-24T10:00:00.001Z') });
const firstStamp = '2026-11-24T10:00:01.000Z';
const later = new Date('2026-11-25T08:30:00.500Z');
const laterStamp = '2026-11-25T08:30:01.000Z';
const again = (reading: SomeReading, now = later) => plan({ current: first.next, reading, now });

describe('a plan', () => {
  it('stamps new entries with whole seconds, rounded up', () => {
    for (const entry of [...first.next.users.values(), ...first.next.groups.values()]) {
      assert.equal(entry.createdAt.toISOString(), firstStamp);
      assert.equal(entry.modifiedAt.toISOString(), firstStamp);
    }
  });

  it('is empty when the same is read again, whatever the order', () => {
    const shuffled = { users: users.toReversed(), groups: groups.toReversed() };
    const second = again(shuffled);
    assert.equal(second.isEmpty, true);
    assert.equal(second.next.generation, first.next.generation);
    assert.deepEqual(second.lines, []);
    for (const [id, user] of second.next.users) assert.equal(user, first.next.users.get(id));
  });

  for (const [field, edit] of [
    ['displayName', { displayName: 'Bobby' }],
    ['givenName', { givenName: 'B' }],
    ['surname', { surname: 'B' }],
    ['description', { description: 'd' }],
    ['telephoneNumber', { telephoneNumber: '1' }],
    ['addresses', { aliases: ['b@example.com'] }],
    ['state', { state: 'expired' }],
  ] as const) {
    it(`moves modifiedAt of the user alone, and no createdAt, when ${field} changes`, () => {
      const second = again({ ...start, users: [users[0] ?? assert.fail(), anAccount('bob@example.com', edit)] });
      const bob = userOf(second.next, 'bob@example.com');
      assert.equal(bob?.modifiedAt.toISOString(), laterStamp);
      assert.equal(bob?.createdAt.toISOString(), firstStamp);
      assert.equal(bob?.id, userOf(first.next, 'bob@example.com')?.id);
      assert.deepEqual(second.change.users.saved, [bob]);
      assert.deepEqual(second.change.groups.saved, []);
      assert.deepEqual(
        second.lines.map((line) => [line.kind, line.address, line.changes.map((each) => each.field)]),
        [[field === 'state' ? 'disabled' : 'changed', 'bob@example.com', [field]]],
      );
    });
  }

  it('moves user and every group the user joins, near and far', () => {
    const joined = [groups[0] ?? assert.fail(), aGroup('legal@example.com', ['alice@example.com', 'bob@example.com'])];
    const second = again({ users, groups: joined });
    const moved = [...second.next.users.values(), ...second.next.groups.values()]
      .filter((entry) => entry.modifiedAt.toISOString() === laterStamp)
      .map((entry) => ('login' in entry ? entry.login : entry.name));
    assert.deepEqual(moved.sort(), ['audit@example.com', 'bob@example.com', 'legal@example.com']);
    assert.deepEqual(second.lines, [
      {
        kind: 'changed',
        address: 'bob@example.com',
        changes: [{ field: 'groups', added: ['audit@example.com', 'legal@example.com'], removed: [] }],
      },
      { kind: 'group_changed', address: 'audit@example.com', changes: [{ field: 'members', joined: 1, left: 0 }] },
      { kind: 'group_changed', address: 'legal@example.com', changes: [{ field: 'members', joined: 1, left: 0 }] },
    ]);
  });

  it('keeps a change that is not served, without moving modifiedAt', () => {
    const listed = [
      aGroup('audit@example.com', ['legal@example.com', 'alice@example.com']),
      groups[1] ?? assert.fail(),
    ];
    const second = again({ users, groups: listed });
    assert.deepEqual(groupsOf(second.next, 'alice@example.com'), ['audit@example.com!', 'legal@example.com!']);
    assert.equal(userOf(second.next, 'alice@example.com')?.modifiedAt.toISOString(), firstStamp);
    assert.equal(groupOf(second.next, 'audit@example.com')?.modifiedAt.toISOString(), firstStamp);
    assert.deepEqual(
      second.lines.map((line) => line.changes),
      [
        [{ field: 'direct groups', added: ['audit@example.com'], removed: [] }],
        [{ field: 'listed members', added: ['alice@example.com'], removed: [] }],
      ],
    );
    assert.equal(second.isEmpty, false);
  });

  it('moves users whose rights a new mapping changes', () => {
    const rule = {
      name: 'audit',
      when: { group: 'audit@*.com' },
      grant: ['ExportEmail'],
      deny: ['LogOn'],
      roles: ['auditor'],
    };
    const mapping = { defaults: ['LogOn'], rules: [rule] };
    const second = plan({ current: first.next, reading: start, now: later, mapping });
    const alice = userOf(second.next, 'alice@example.com');
    assert.deepEqual([alice?.privileges, alice?.roles], [['ExportEmail'], ['auditor']]);
    assert.equal(alice?.modifiedAt.toISOString(), laterStamp);
    assert.deepEqual(second.lines[0]?.changes, [
      { field: 'privileges', added: ['ExportEmail'], removed: ['LogOn', 'ReadOwnArchive'] },
      { field: 'roles', added: ['auditor'], removed: [] },
    ]);
  });

  it('never stamps earlier than before when the clock was set back', () => {
    const back = new Date('2020-01-01T00:00:00Z');
    const second = again({ ...start, users: [...users, anAccount('new@example.com')] }, back);
    const third = plan({
      current: second.next,
      reading: { ...start, users: [...users, anAccount('new@example.com', { description: 'x' })] },
      now: back,
    });
    for (const each of [second, third]) {
      assert.equal(userOf(each.next, 'new@example.com')?.modifiedAt.toISOString(), firstStamp);
    }
  });

  it('leaves no membership of a group that is gone, and moves its members', () => {
    const second = again({ users, groups: [groups[1] ?? assert.fail()] });
    assert.deepEqual(groupsOf(second.next, 'alice@example.com'), ['legal@example.com!']);
    assert.equal(second.change.groups.removedIds.length, 1);
    assert.deepEqual(
      second.lines.map((line) => [line.kind, line.address]),
      [
        ['changed', 'alice@example.com'],
        ['group_removed', 'audit@example.com'],
      ],
    );
  });

  it('describes new users and groups', () => {
    assert.deepEqual(
      first.lines.map((line) => line.kind),
      ['new', 'new', 'group_new', 'group_new'],
    );
    assert.deepEqual(first.lines[0]?.changes, [
      { field: 'displayName', from: '', to: 'alice' },
      { field: 'addresses', added: ['al@example.com'], removed: [] },
      { field: 'groups', added: ['audit@example.com', 'legal@example.com'], removed: [] },
      { field: 'privileges', added: ['LogOn', 'ReadOwnArchive'], removed: [] },
    ]);
    assert.equal(first.counts.new, 2);
    assert.equal(first.counts.groupsNew, 2);
  });
});
