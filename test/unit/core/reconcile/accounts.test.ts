import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../../sidecar/core/errors.ts';
import { parseSyncFilter } from '../../../../sidecar/core/reconcile/filter.ts';
import { groupOf, groupsOf, plan, userOf } from '../../../support/reconcile-harness.ts';
import { aDomain, aGroup, anAccount } from '../../../support/scripted-source.ts';

describe('accounts of a reading', () => {
  it('become users with canonical addresses and unaltered texts', () => {
    const texts = {
      displayName: ' Zoë\u00a0"Z" ',
      givenName: '007',
      surname: 'true',
      description: '&lt;',
      telephoneNumber: '',
    };
    const account = anAccount('Zoe@Example.COM', {
      ...texts,
      aliases: ['ZZ@münchen.test', 'aa@example.com', 'zoe@example.com'],
    });
    const { next } = plan({ reading: { users: [account] } });
    const user = userOf(next, 'zoe@example.com');
    assert.ok(user);
    const { displayName, givenName, surname, description, telephoneNumber } = user;
    assert.deepEqual({ displayName, givenName, surname, description, telephoneNumber }, texts);
    assert.deepEqual(user.addresses, ['zoe@example.com', 'aa@example.com', 'zz@xn--mnchen-3ya.test']);
    assert.deepEqual(user.privileges, ['LogOn', 'ReadOwnArchive']);
    assert.equal(user.origin, 'synchronised');
    assert.equal(next.generation, 1);
  });

  it('leave out one whose address is none, and one alias that is none, with warnings that name them', () => {
    const users = [
      anAccount('no address'),
      anAccount('a@b@c\u202e'),
      anAccount('bob@example.com', { aliases: ['x y@example.com', 'rob@example.com'] }),
    ];
    const { next, warnings } = plan({ reading: { users, groups: [aGroup('@', [])] } });
    assert.deepEqual(
      [...next.users.values()].map((user) => user.addresses),
      [['bob@example.com', 'rob@example.com']],
    );
    assert.equal(next.groups.size, 0);
    assert.equal(warnings.length, 4);
    assert.match(warnings.join('\n'), /account "no address" is left out/);
    assert.match(warnings.join('\n'), /account bob@example.com: its alias "x y@example.com" is left out/);
    assert.match(warnings.join('\n'), /group "@" is left out/);
    assert.ok(!warnings.join('').includes('\u202e'));
  });

  it('give an address to its primary owner, and an alias of two to nobody, naming both', () => {
    const users = [
      anAccount('alice@example.com', { aliases: ['bob@example.com', 'shared@example.com', 'staff@example.com'] }),
      anAccount('bob@example.com', { aliases: ['Shared@Example.com'] }),
    ];
    const groups = [aGroup('staff@example.com', ['shared@example.com', 'bob@example.com'])];
    const { next, warnings } = plan({ reading: { users, groups } });
    assert.deepEqual(userOf(next, 'alice@example.com')?.addresses, ['alice@example.com']);
    assert.deepEqual(userOf(next, 'bob@example.com')?.addresses, ['bob@example.com']);
    assert.deepEqual(groupsOf(next, 'alice@example.com'), []);
    assert.deepEqual(groupsOf(next, 'bob@example.com'), ['staff@example.com!']);
    assert.equal(warnings.length, 3);
    assert.match(warnings.join('\n'), /shared@example.com is an alias of alice@example.com, bob@example.com/);
    assert.match(warnings.join('\n'), /bob@example.com is an account of its own and an alias of alice@example.com/);
  });

  it('keep what is stored when two accounts have one name, and take neither when nothing is stored', () => {
    const first = plan({ reading: { users: [anAccount('bob@example.com'), anAccount('eve@example.com')] } });
    const users = [
      anAccount('Bob@example.com', { displayName: 'one' }),
      anAccount('bob@example.com', { displayName: 'two' }),
      anAccount('NEW@example.com'),
      anAccount('new@example.com'),
      anAccount('eve@example.com'),
    ];
    const second = plan({ current: first.next, reading: { users } });
    assert.equal(second.isEmpty, true);
    assert.match(second.warnings.join('\n'), /bob@example.com is the address of two accounts/);
    assert.match(second.warnings.join('\n'), /new@example.com is the address of two accounts/);
  });

  it('take an account that a list shows twice for one', () => {
    const { next, warnings } = plan({
      reading: { users: [anAccount('bob@example.com'), anAccount('bob@example.com')] },
    });
    assert.deepEqual([next.users.size, warnings], [1, []]);
  });

  it('are a failure when there is none, or none usable', () => {
    for (const users of [[], [anAccount('nonsense')]]) {
      assert.throws(
        () => plan({ reading: { users } }),
        (error) => error instanceof DomainError && error.code === 'upstream_unavailable',
      );
    }
  });

  it('never touch a manual user, whose addresses no account gets', () => {
    const made = plan({
      reading: { users: [anAccount('archive@example.com', { aliases: ['box@example.com'] })] },
    }).next;
    const users = new Map(
      [...made.users].map(([id, user]) => [id, { ...user, origin: 'manual' as const, privileges: [] }]),
    );
    const reading = {
      users: [anAccount('archive@example.com'), anAccount('bob@example.com', { aliases: ['box@example.com'] })],
    };
    const { next, warnings, counts } = plan({ current: { ...made, users }, reading });
    for (const [id, user] of users) assert.equal(next.users.get(id), user);
    assert.deepEqual(userOf(next, 'bob@example.com')?.addresses, ['bob@example.com']);
    assert.equal(counts.new, 1);
    assert.match(warnings.join('\n'), /account archive@example.com is left out: a manual user/);
    assert.match(warnings.join('\n'), /box@example.com is an alias of bob@example.com and belongs to the manual user/);
  });

  it('leave users and groups of another source alone', () => {
    const reading = {
      users: [anAccount('bob@example.com')],
      groups: [aGroup('staff@example.com', ['bob@example.com'])],
    };
    const other = plan({ sourceId: 'second', reading }).next;
    const { next, counts } = plan({ current: other, reading: { users: [anAccount('bob@example.com')] } });
    assert.equal(next.users.size, 2);
    for (const [id, user] of other.users) assert.equal(next.users.get(id), user);
    for (const [id, group] of other.groups) assert.equal(next.groups.get(id), group);
    assert.deepEqual([counts.new, counts.removed, counts.groupsRemoved], [1, 0, 0]);
  });
});

describe('the filter', () => {
  const reading = {
    domains: [aDomain('example.com', { aliases: ['example.org'] }), aDomain('other.test')],
    users: [anAccount('alice@example.com'), anAccount('bob@other.test'), anAccount('carol@other.test')],
    groups: [
      aGroup('outer@other.test', ['inner@other.test']),
      aGroup('inner@other.test', ['bob@other.test'], { aliases: ['in@other.test'] }),
      aGroup('strangers@other.test', ['carol@other.test']),
    ],
  };
  const loginsUnder = (domains: string[], groups: string[]) => {
    const { next, counts } = plan({ reading, filter: parseSyncFilter(domains, groups) });
    const logins = [...next.users.values()].map((user) => user.login).sort();
    assert.equal(counts.filteredOut, 3 - logins.length);
    return { logins, groups: [...next.groups.values()].map((group) => group.name).sort() };
  };

  it('takes everybody when it is empty', () => assert.equal(loginsUnder([], []).logins.length, 3));

  it('takes the users of a listed domain, also by an alias of it', () => {
    assert.deepEqual(loginsUnder(['Example.com'], []), { logins: ['alice@example.com'], groups: [] });
    assert.deepEqual(loginsUnder(['example.org'], []).logins, ['alice@example.com']);
  });

  it('takes effective members of a listed group, and shows no group of which no user is served', () => {
    const groups = ['inner@other.test', 'outer@other.test'];
    assert.deepEqual(loginsUnder([], ['Outer@other.test']), { logins: ['bob@other.test'], groups });
    assert.deepEqual(loginsUnder([], ['in@other.test']), { logins: ['bob@other.test'], groups });
  });

  it('takes the users of either when both are given', () => {
    assert.deepEqual(loginsUnder(['example.com'], ['outer@other.test']).logins, [
      'alice@example.com',
      'bob@other.test',
    ]);
  });

  it('that takes in nobody is told', () => {
    const { warnings, isEmpty } = plan({ reading, filter: parseSyncFilter(['empty.test'], []) });
    assert.deepEqual([warnings.length, isEmpty], [1, true]);
  });

  it('refuses texts that are no domain or address, all at once', () => {
    assert.throws(() => parseSyncFilter(['a b', 'x.test'], ['staff']), /"a b" is no domain.*"staff" is no address/);
  });

  it('leaves out the built-in public-folders group unless it is listed or nested', () => {
    const users = [anAccount('alice@example.com')];
    const builtIn = aGroup('Public-Folders@example.com', ['[example.com]']);
    const alone = plan({ reading: { users, groups: [builtIn] } }).next;
    assert.deepEqual([alone.groups.size, groupsOf(alone, 'alice@example.com')], [0, []]);
    const nested = plan({
      reading: { users, groups: [builtIn, aGroup('g@example.com', ['public-folders@EXAMPLE.com'])] },
    });
    assert.deepEqual(groupsOf(nested.next, 'alice@example.com'), ['g@example.com', 'public-folders@example.com']);
    const listed = plan({
      reading: { users, groups: [builtIn] },
      filter: parseSyncFilter([], ['public-folders@example.com']),
    });
    assert.ok(groupOf(listed.next, 'public-folders@example.com'));
  });
});
