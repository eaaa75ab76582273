import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noFacts } from '../../../../sidecar/core/model.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import { groupOf, groupsOf, plan, type SomeReading, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const bob = anAccount('bob@example.com', { displayName: 'Bob', aliases: ['rob@example.com'], createdOn: '2020-01-01' });
const alice = anAccount('alice@example.com');
const staff = aGroup('staff@example.com', ['bob@example.com'], { aliases: ['team@example.com'] });
const before = plan({ reading: { users: [bob, alice], groups: [staff] }, now: day(1) }).next;
const keeping = (more: Partial<SomeReading> = {}, reason: 'not_due' | 'parked' = 'parked'): SomeReading => ({
  users: [alice],
  groups: [staff],
  kept: [{ address: 'Bob@Example.com', reason }],
  ...more,
});

describe('an account that was not read this time', () => {
  for (const reason of ['not_due', 'parked'] as const) {
    it(`stays exactly as it is stored (${reason})`, () => {
      const { next, isEmpty, counts } = plan({ current: before, reading: keeping({}, reason), now: day(1) });
      assert.equal(userOf(next, 'bob@example.com'), userOf(before, 'bob@example.com'));
      assert.deepEqual([isEmpty, counts.disabled], [true, 0]);
    });
  }

  it('joins and leaves groups like everybody, by alias too, and its rights follow', () => {
    const audit = aGroup('audit@example.com', ['rob@example.com']);
    const rule = { name: 'a', when: { group: 'audit@example.com' }, grant: ['ExportEmail'], deny: [], roles: [] };
    const { next } = plan({
      current: before,
      reading: keeping({ groups: [audit] }),
      mapping: { defaults: ['LogOn'], rules: [rule] },
      now: day(2),
    });
    assert.deepEqual(groupsOf(next, 'bob@example.com'), ['audit@example.com!']);
    const { privileges, modifiedAt, facts } = userOf(next, 'bob@example.com') ?? assert.fail();
    assert.deepEqual([privileges, modifiedAt], [['ExportEmail', 'LogOn'], day(2)]);
    const seconds = (time: Date) => time.getTime() / 1000;
    assert.deepEqual(facts, {
      ...userOf(before, 'bob@example.com')?.facts,
      defaultsGiven: ['LogOn'],
      heldSince: { ExportEmail: seconds(day(2)), LogOn: seconds(day(1)) },
    });
  });

  it('leaves with the filter like everybody', () => {
    const filter = parseSyncFilter([], ['only@example.com']);
    const only = aGroup('only@example.com', ['alice@example.com']);
    const { next } = plan({ current: before, reading: keeping({ groups: [only] }), filter, now: day(2) });
    assert.equal(userOf(next, 'bob@example.com')?.state, 'missing');
  });

  it('keeps the state it has, missing too, and is not removed while it is there', () => {
    const missing = plan({ current: before, reading: { users: [alice], groups: [staff] }, now: day(2) }).next;
    const later = plan({ current: missing, reading: keeping(), now: day(28), policy: { graceDays: 1 } });
    assert.equal(userOf(later.next, 'bob@example.com')?.state, 'missing');
  });

  it('is left out when nothing is stored of it, which is told of one that could not be read', () => {
    for (const [reason, told] of [
      ['parked', 1],
      ['not_due', 0],
    ] as const) {
      const reading = keeping({ kept: [{ address: 'new@example.com', reason }], users: [alice, bob] });
      const { next, warnings } = plan({ current: before, reading, now: day(2) });
      assert.equal(next.users.size, 2);
      assert.equal(warnings.filter((text) => text.startsWith('new@example.com could not be read')).length, told);
    }
  });

  it('keeps its aliases before those who claim them, but not before a primary address', () => {
    const claiming = { ...alice, aliases: ['rob@example.com'] };
    const first = plan({ current: before, reading: keeping({ users: [claiming] }), now: day(2) });
    assert.deepEqual(userOf(first.next, 'bob@example.com')?.addresses, ['bob@example.com', 'rob@example.com']);
    assert.deepEqual(userOf(first.next, 'alice@example.com')?.addresses, ['alice@example.com']);
    assert.match(first.warnings.join(), /rob@example.com is an alias of alice@example.com, and bob@example.com had it/);
    const rob = anAccount('rob@example.com');
    const second = plan({ current: before, reading: keeping({ users: [alice, rob] }), now: day(2) });
    assert.deepEqual(userOf(second.next, 'bob@example.com')?.addresses, ['bob@example.com']);
  });

  it('may be a group: it stays with its members', () => {
    const reading = { users: [alice, bob], kept: [{ address: 'staff@example.com', reason: 'parked' } as const] };
    const { next, isEmpty, warnings } = plan({ current: before, reading, now: day(2) });
    assert.equal(groupOf(next, 'staff@example.com'), groupOf(before, 'staff@example.com'));
    assert.deepEqual(groupsOf(next, 'bob@example.com'), ['staff@example.com!']);
    assert.deepEqual([isEmpty, warnings], [true, []]);
  });

  it('makes a reading whole when nobody else was due, but not when nobody could be read', () => {
    const kept = (reason: 'not_due' | 'parked') =>
      [bob, alice].map(({ address }): { address: string; reason: typeof reason } => ({ address, reason }));
    const reading = { users: [], groups: [staff] };
    assert.equal(plan({ current: before, reading: { ...reading, kept: kept('not_due') } }).isEmpty, true);
    assert.throws(() => plan({ current: before, reading: { ...reading, kept: kept('parked') } }), /not a single/);
  });
});

describe('facts of an account', () => {
  const factsOf = (directory: typeof before, login = 'bob@example.com') => userOf(directory, login)?.facts;

  it('are kept with the user', () => {
    const facts = {
      admin: 'administrator',
      isBlocked: true,
      passwordCheck: 'directory',
      loginText: 'bob',
      createdOn: '2020-01-01',
      expiresOn: '2027-01-01',
    } as const;
    const read = { ...bob, ...facts, rowHash: 'h', readAt: new Date('2026-11-01T10:00:00.999Z') };
    const { next } = plan({ reading: { users: [read] } });
    const readAt = new Date('2026-11-01T10:00:00Z');
    const { heldSince, ...told } = factsOf(next) ?? assert.fail();
    assert.deepEqual(Object.keys(heldSince ?? {}), ['LogOn', 'ReadOwnArchive']);
    assert.deepEqual(told, { ...facts, rowHash: 'h', readAt, defaultsGiven: ['LogOn', 'ReadOwnArchive'] });
  });

  it('are saved when they change, told where that says something, and move no served time', () => {
    for (const [edit, fields] of [
      [{ expiresOn: '2027-01-01' }, ['expiresOn']],
      [{ admin: 'administrator' as const, isBlocked: true }, ['admin', 'isBlocked']],
      [{ rowHash: 'other' }, []],
    ] as const) {
      const reading = { users: [{ ...bob, ...edit }, alice], groups: [staff] };
      const { change, lines, next } = plan({ current: before, reading, now: day(2) });
      assert.deepEqual(change.users.saved, [userOf(next, 'bob@example.com')]);
      assert.deepEqual(userOf(next, 'bob@example.com')?.modifiedAt, day(1));
      assert.deepEqual(
        lines.flatMap((line) => line.changes.map(({ field }) => field)),
        fields,
      );
    }
  });

  it('are saved and not told when there were none before', () => {
    const users = new Map([...before.users].map(([id, user]) => [id, { ...user, facts: noFacts }]));
    const { change, lines } = plan({
      current: { ...before, users },
      reading: { users: [bob, alice], groups: [staff] },
    });
    assert.deepEqual([change.users.saved.length, lines], [2, []]);
  });

  it('are no change by the time of the reading alone when everybody is read every time', () => {
    const reading = { users: [bob, alice], groups: [staff] };
    assert.equal(plan({ current: before, reading, now: day(28) }).isEmpty, true);
  });

  it('remember the time of the reading, at most hourly, when accounts take turns', () => {
    const taking = { users: [bob], groups: [staff], kept: [{ address: alice.address, reason: 'not_due' } as const] };
    const soon = new Date(day(1).getTime() + 59 * 60 * 1000);
    assert.equal(plan({ current: before, reading: taking, now: soon }).isEmpty, true);
    const { next, lines } = plan({ current: before, reading: taking, now: day(2) });
    assert.deepEqual([factsOf(next)?.readAt, factsOf(next, alice.address)?.readAt, lines], [day(2), day(1), []]);
  });

  it('remember the day of creation when the right to read it is lost', () => {
    const reading = { users: [{ ...bob, createdOn: undefined }, alice], groups: [staff] };
    const { isEmpty } = plan({ current: before, reading, now: day(2) });
    assert.equal(isEmpty, true);
  });
});

describe('guests', () => {
  const guest = anAccount('guest@example.com', { isGuest: true, warnings: ['guest@example.com is odd'] });

  it('are left out and counted unless they are asked for', () => {
    const { next, counts, warnings } = plan({ reading: { users: [alice, guest] } });
    assert.deepEqual([next.users.size, counts.filteredOut, warnings], [1, 1, []]);
    assert.equal(plan({ reading: { users: [alice, guest] }, includeGuests: true }).next.users.size, 2);
  });

  it('who were users are treated like users that are gone', () => {
    const current = plan({ reading: { users: [alice, guest] }, includeGuests: true }).next;
    const { next } = plan({ current, reading: { users: [alice, guest] } });
    assert.equal(userOf(next, 'guest@example.com')?.state, 'missing');
  });
});

describe('warnings of a reading', () => {
  it('reach the plan: those of domains, groups, and accounts that the filter takes', () => {
    const { warnings } = plan({
      reading: {
        domains: [aDomain('example.com', { warnings: ['domain odd'] }), aDomain('away.test')],
        users: [{ ...alice, warnings: ['alice odd'] }, anAccount('x@away.test', { warnings: ['x odd'] })],
        groups: [aGroup('staff@example.com', [], { warnings: ['staff odd'] })],
      },
      filter: parseSyncFilter(['example.com'], []),
    });
    assert.deepEqual(warnings, ['domain odd', 'staff odd', 'alice odd']);
  });
});
