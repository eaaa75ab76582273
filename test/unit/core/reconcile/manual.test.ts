import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluateRights } from '../../../../sidecar/core/manual-users/rights.ts';
import type { Mapping } from '../../../../sidecar/core/mapping/rules.ts';
import { type Directory, noFacts, type User } from '../../../../sidecar/core/model.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { restrictPlan } from '../../../../sidecar/sync/restrict-plan.ts';
import { groupOf, groupsOf, type PlanRequest, plan, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

const domains = [aDomain('example.com', { aliases: ['example.org'] })];
const people = [anAccount('alice@example.com'), anAccount('bob@example.com', { aliases: ['robert@example.com'] })];
const later = new Date('2026-11-25T10:00:00Z');
const mapping: Mapping = {
  defaults: ['LogOn'],
  rules: [
    {
      name: 'audit',
      when: { group: 'audit@example.com' },
      grant: ['LogOn', 'ReadArchive:*'],
      deny: [],
      roles: ['auditor'],
    },
  ],
};

function withManual(directory: Directory, given: Partial<User> = {}): Directory {
  const time = new Date('2026-11-24T10:00:00Z');
  const user: User = {
    ...{ id: 'm', sourceId: 'manual', origin: 'manual', login: 'guest@example.com' as LoginName },
    ...{ displayName: 'Guest', givenName: '', surname: '', description: '', telephoneNumber: '' },
    ...{ addresses: ['guest@example.com'], state: 'enabled', missingSince: undefined, facts: noFacts },
    ...{ memberships: [], privileges: [], roles: [], createdAt: time, modifiedAt: time },
    ...given,
  };
  return { ...directory, users: new Map([...directory.users, [user.id, user]]) };
}

/** A first run, then a manual user, then a second run. */
function planWith(
  reading: Partial<PlanRequest['reading']>,
  given: Partial<User> = {},
  more: Partial<PlanRequest> = {},
) {
  const first = plan({ reading: { domains, users: people }, mapping }).next;
  const current = withManual(first, given);
  return {
    current,
    ...plan({ current, reading: { domains, users: people, ...reading }, mapping, now: later, ...more }),
  };
}

describe('a manual user in a synchronisation', () => {
  it('stays the stored object while nothing about it changes', () => {
    const { current, next, isEmpty } = planWith({});
    assert.equal(next.users.get('m'), current.users.get('m'));
    assert.equal(isEmpty, true);
  });

  it('joins the groups that list it, is given what their members get, and leaves again', () => {
    const joined = planWith({ groups: [aGroup('audit@example.com', ['Guest@Example.com'])] });
    const user = userOf(joined.next, 'guest@example.com');
    assert.deepEqual(groupsOf(joined.next, 'guest@example.com'), ['audit@example.com!']);
    assert.deepEqual([user?.privileges, user?.roles], [['LogOn', 'ReadArchive:*'], ['auditor']]);
    assert.deepEqual(user?.modifiedAt, later);
    assert.ok(joined.lines.some(({ kind, address }) => kind === 'changed' && address === 'guest@example.com'));
    const left = plan({
      current: joined.next,
      reading: { domains, users: people, groups: [aGroup('audit@example.com', ['alice@example.com'])] },
      mapping,
      now: new Date('2026-11-26T10:00:00Z'),
    });
    assert.deepEqual(userOf(left.next, 'guest@example.com')?.privileges, []);
    assert.deepEqual(groupsOf(left.next, 'guest@example.com'), []);
    assert.deepEqual(groupOf(left.next, 'audit@example.com')?.modifiedAt, new Date('2026-11-26T10:00:00Z'));
  });

  it('is in the groups of its whole domain under any name of it, and in those above them', () => {
    const groups = [aGroup('all@example.com', ['[example.org]']), aGroup('audit@example.com', ['all@example.com'])];
    const { next } = planWith({ groups });
    assert.deepEqual(groupsOf(next, 'guest@example.com'), ['all@example.com', 'audit@example.com']);
    assert.deepEqual(userOf(next, 'guest@example.com')?.roles, ['auditor']);
  });

  it('counts among those to whom archives of others are opened', () => {
    const groups = [aGroup('audit@example.com', ['guest@example.com'])];
    assert.match(planWith({ groups }, {}, { policy: { limitArchiveGrants: 0 } }).held.join(), /opened to 1 people/);
  });

  it('goes on with the password of its account when that is renamed, whoever has the former address', () => {
    const users = [anAccount('alice@example.com'), anAccount('bobby@example.com'), anAccount('bob@example.com')];
    const link = { passwordOf: 'bob@example.com' as LoginName };
    const renames = { 'bob@example.com': 'bobby@example.com' };
    const { next, current, ...rest } = planWith({ users: users.slice(0, 2) }, link, { renames });
    assert.equal(next.users.get('m')?.passwordOf, 'bobby@example.com');
    assert.ok(rest.lines.some(({ changes }) => changes.some(({ field }) => field === 'password of')));
    const one = restrictPlan({ next, ...rest }, current, 'icewarp', 'bobby@example.com');
    assert.equal(one.plan.next.users.get('m')?.passwordOf, 'bobby@example.com');
  });

  it('is disabled when its account is removed, says so, and stays so when somebody else gets the address', () => {
    const link = { passwordOf: 'bob@example.com' as LoginName };
    const policy = { missingUsers: 'delete', limitPercent: 100 } as const;
    const gone = planWith({ users: people.slice(0, 1) }, link, { policy });
    assert.equal(userOf(gone.next, 'bob@example.com'), undefined);
    const user = gone.next.users.get('m');
    assert.deepEqual([user?.state, user?.missingSince], ['missing', later]);
    assert.match(
      gone.warnings.join(),
      /manual user guest@example.com is disabled: the account bob@example.com .*\(users link/,
    );
    const back = plan({
      current: gone.next,
      reading: { domains, users: people },
      mapping,
      now: new Date('2026-11-26T10:00:00Z'),
    });
    assert.equal(back.next.users.get('m'), user);
  });
});

describe('the rights of a manual user between two synchronisations', () => {
  const groups = [aGroup('all@example.com', ['[example.org]']), aGroup('staff@example.com', ['[other.test]'])];
  // As IceWarp has it: everybody has the same local part below each name of the domain.
  const users = ['alice', 'bob'].map((name) => anAccount(`${name}@example.com`, { aliases: [`${name}@example.org`] }));
  const { next } = plan({ reading: { domains, users, groups }, mapping });
  const groupsFor = (login: string) => {
    const { memberships } = evaluateRights(
      next,
      mapping,
      { login, addresses: [login], description: '', facts: noFacts, origin: 'manual' },
      later,
    );
    return memberships.map(({ groupId }) => next.groups.get(groupId)?.name);
  };

  it('know another name of a domain by those who are in the groups of it', () => {
    assert.deepEqual(groupsFor('new@example.com'), ['all@example.com']);
    assert.deepEqual(groupsFor('new@other.test'), ['staff@example.com']);
    assert.deepEqual(groupsFor('new@third.test'), []);
  });
});
