import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mapping } from '../../../sidecar/core/mapping/rules.ts';
import type { Group, User } from '../../../sidecar/core/model.ts';
import type { LoginName } from '../../../sidecar/core/names.ts';
import type { SourceUser } from '../../../sidecar/core/ports/directory-source.ts';
import { type AccountQuestion, planAccount } from '../../../sidecar/sync/plan-account.ts';
import { buildGroup as buildStoredGroup, buildUser as buildStoredUser } from '../../contract/directory-builders.ts';
import { usualPolicy } from '../../support/sync-harness.ts';

const login = 'nina@example.com';
const now = new Date('2026-11-24T12:00:00.500Z');
const domain = { name: 'Example.com', description: '', aliases: ['example.org'], loginDisabled: false, warnings: [] };
const source = { sourceId: 'icewarp' };
const buildUser = (name: string, given: Partial<User> = {}) => buildStoredUser(name, { ...source, ...given });
const buildGroup = (name: string, given: Partial<Group> = {}) => buildStoredGroup(name, { ...source, ...given });
const auditors = buildGroup('auditors', { members: ['legal@example.com'] });
const legal = buildGroup('legal');
const everyone = buildGroup('everyone', { members: ['[example.org]'] });
const mapping: Mapping = {
  defaults: ['LogOn'],
  rules: [{ name: 'a', when: { group: 'auditors@example.com' }, grant: [], deny: [], roles: ['auditor'] }],
};

interface Given extends Partial<Omit<AccountQuestion, 'found' | 'surroundings'>> {
  readonly user?: Partial<SourceUser>;
  readonly named?: readonly string[] | undefined;
  readonly users?: readonly User[];
  readonly groups?: readonly Group[];
  readonly changedAt?: Date;
}

function plan({ user, users = [], groups = [auditors, legal, everyone], changedAt, ...given }: Given = {}) {
  const account: SourceUser = {
    address: 'Nina@example.com',
    displayName: 'Nina',
    ...{ givenName: '', surname: '', aliases: [], state: 'enabled', description: '', telephoneNumber: '' },
    ...{ admin: 'none', isGuest: false, isBlocked: false, passwordCheck: 'standard', loginText: undefined },
    ...{ createdOn: undefined, expiresOn: undefined, warnings: [] },
    ...user,
  };
  return planAccount({
    ...{
      sourceId: 'icewarp',
      login,
      domain,
      domains: [domain],
      mapping,
      includeGuests: false,
      policy: usualPolicy,
      now,
    },
    filter: { domains: [], groups: [] },
    newId: () => '00000000-0000-4000-8000-000000000001',
    found: {
      row: { address: account.address, displayName: '', enabled: true, kind: 'user' },
      user: account,
      groups: 'named' in given ? given.named : [],
    },
    surroundings: {
      directory: {
        generation: 7,
        users: new Map(users.map((each) => [each.id, each])),
        groups: new Map(groups.map((each) => [each.id, each])),
      },
      changedAt,
    },
    ...given,
  });
}

function changeOf(given: Given = {}) {
  const planned = plan(given);
  assert.equal(planned.kind, 'change', JSON.stringify(planned));
  return planned.kind === 'change' ? planned.change : assert.fail();
}

const addedTo = (given: Given) =>
  changeOf(given)
    .users.saved[0]?.memberships.map(({ groupId, direct }) => [
      [auditors, legal, everyone].find(({ id }) => id === groupId)?.displayName,
      direct,
    ])
    .sort();

describe('an account that is read by itself', () => {
  it('gets the groups it names, what these are nested in, and those of its whole domain', () => {
    const expected = [
      ['auditors', false],
      ['everyone', false],
      ['legal', true],
    ];
    assert.deepEqual(addedTo({ named: ['Legal@example.com', 'unknown@example.com'] }), expected);
    // A server that follows nesting names the outer group as well.
    assert.deepEqual(
      addedTo({ named: ['auditors@example.com', 'legal@example.com', 'everyone@example.com'] }),
      expected,
    );
    assert.deepEqual(addedTo({ named: ['auditors@example.com'] }), [
      ['auditors', true],
      ['everyone', false],
    ]);
  });

  it('is no member any more of a group that still lists it and that it does not name, unless that cannot be read', () => {
    const listing = [{ ...legal, members: [login] }, auditors, everyone];
    assert.deepEqual(addedTo({ groups: listing, named: [] }), [['everyone', false]]);
    assert.equal(addedTo({ groups: listing, named: undefined })?.length, 3);
  });

  it('is new with the rights of the mapping; the groups it joins bear the same time, no member is written', () => {
    const change = changeOf({ named: ['legal@example.com'], changedAt: new Date('2026-11-24T13:00:00Z') });
    const [user, ...others] = change.users.saved;
    assert.deepEqual([user?.login, user?.privileges, user?.roles, others], [login, ['LogOn'], ['auditor'], []]);
    assert.deepEqual(user?.addresses, [login]);
    assert.deepEqual(user?.modifiedAt, new Date('2026-11-24T13:00:00Z'), 'never before what was served');
    assert.deepEqual(user?.facts.readAt, new Date('2026-11-24T12:00:01Z'), 'later than a reading that began now');
    assert.deepEqual(change.groups.saved, []);
    assert.deepEqual(
      change.groups.touched?.map(({ modifiedAt }) => modifiedAt),
      Array(3).fill(user?.modifiedAt),
    );
  });

  it('takes the short name of a namesake away, whose entry is then modified', () => {
    const namesake = buildUser('nina2', { login: 'nina@other.com' as LoginName, addresses: ['nina@other.com'] });
    const [user, other] = changeOf({ users: [namesake] }).users.saved;
    assert.deepEqual(other, { ...namesake, modifiedAt: user?.modifiedAt });
  });

  it('that is known follows the server, and manual users linked to it follow the account', () => {
    const known = buildUser('nina', { privileges: ['LogOn'], memberships: [{ groupId: everyone.id, direct: false }] });
    const guest = buildUser('guest', {
      origin: 'manual',
      sourceId: 'manual',
      passwordOf: 'n@example.com' as LoginName,
    });
    const linked = { ...known, addresses: [login, 'n@example.com'] };
    const [user, manual] = changeOf({ users: [linked, guest], user: { state: 'disabled' } }).users.saved;
    assert.deepEqual([user?.id, user?.state], [known.id, 'disabled']);
    assert.equal(manual?.passwordOf, login, 'the alias is gone');
  });

  for (const [what, given] of [
    ['by the filter', { filter: { domains: ['other.com'], groups: [] } }],
    ['as a guest', { user: { isGuest: true } }],
    ['for a manual user who has the address', { users: [buildUser('nina', { origin: 'manual', sourceId: 'manual' })] }],
  ] as const) {
    it(`is not served when it is left out ${what}`, () => {
      assert.deepEqual(plan(given), { kind: 'not_served' });
    });
  }

  it('is served when a group of the filter has it', () => {
    const filter = { domains: [], groups: ['auditors@example.com'] };
    assert.equal(plan({ filter }).kind, 'not_served');
    assert.equal(plan({ filter, named: ['legal@example.com'] }).kind, 'change');
  });

  const missing = buildUser('nina', { state: 'missing', missingSince: now });
  const never = { never: [['LogOn', 'auditor']], atMost: [], protected: [] };
  const few = { never: [], atMost: [{ name: 'auditor', count: 5 }], protected: [] };
  for (const [what, given] of [
    [
      'may be somebody known under a former address',
      { users: [buildUser('old')], user: { aliases: ['old@example.com'] } },
    ],
    ['was an alias of somebody', { users: [buildUser('old', { addresses: ['old@example.com', login] })] }],
    ['comes back', { users: [missing] }],
    [
      'was created anew',
      {
        users: [buildUser('nina', { facts: { ...buildUser('nina').facts, createdOn: '2020-01-01' } })],
        user: { createdOn: '2026-11-24' },
      },
    ],
    ['has left the filter', { users: [buildUser('nina')], filter: { domains: ['other.com'], groups: [] } }],
    ['breaks a constraint', { mapping: { ...mapping, constraints: never }, named: ['legal@example.com'] }],
    ['may be one too many', { mapping: { ...mapping, constraints: few }, named: ['legal@example.com'] }],
    ['is mapped in doubt', { mapping: { ...mapping, doubt: 'no file' } }],
  ] as const) {
    it(`is left to a whole reading when it ${what}`, () => {
      assert.equal(plan(given).kind, 'left_to_sync');
    });
  }
});
