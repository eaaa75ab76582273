import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { View } from '../../../sidecar/core/access.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { buildDirectory, buildGroup, buildUser, toUuid } from './company.ts';
import { equal, everything, findDns, not, present, publish } from './reading.ts';

const staff = buildGroup(1, 'staff@example.com');
const company = buildDirectory(
  [
    buildUser(1, 'anna@example.com', {
      addresses: ['anna@example.com', 'a@example.com', 'team@example.com'],
      memberships: [{ groupId: staff.id, direct: true }],
      privileges: ['LogOn', 'ReadArchive:b\u00f6b@example.com'],
      roles: ['auditor'],
    }),
    buildUser(2, 'bob@example.com', { addresses: ['bob@example.com', 'team@example.com'], state: 'password_expired' }),
    buildUser(3, 'bob@example.org'),
    buildUser(4, 'fi@example.com'),
    buildUser(5, 'ﬁ@example.com'),
    buildUser(6, 'ﬂo@example.com'),
  ],
  [staff],
);
const snapshot = publish(company);
const annaDn = 'uid=anna@example.com,ou=users,o=icewarp';
const self: View = { kind: 'self', userId: toUuid('user', 1) };
const nothing: View = { kind: 'nothing' };

describe('the view of a user', () => {
  it('is the own entry, from every base above it and by every filter', () => {
    for (const base of ['o=icewarp', 'ou=users,o=icewarp', annaDn]) {
      assert.deepEqual(findDns(snapshot, present('objectClass'), { base, view: self }), [annaDn]);
      assert.deepEqual(findDns(snapshot, not(equal('cn', 'x')), { base, view: self }), [annaDn]);
      assert.deepEqual(findDns(snapshot, equal('mail', 'bob@example.com'), { base, view: self }), []);
    }
    assert.deepEqual(findDns(snapshot, present('uid'), { base: 'ou=users,o=icewarp', scope: 'one', view: self }), [
      annaDn,
    ]);
    assert.deepEqual(findDns(snapshot, present('uid'), { base: 'o=icewarp', scope: 'one', view: self }), []);
    assert.deepEqual(findDns(snapshot, present('o'), { base: 'o=icewarp', scope: 'base', view: self }), []);
  });

  it('knows no other entry, not even as the nearest above a missing one', () => {
    assert.equal(snapshot.findDn('uid=bob@example.com,ou=users,o=icewarp', self), undefined);
    assert.equal(snapshot.findDn('ou=groups,o=icewarp', self), undefined);
    assert.equal(snapshot.matchedDn('cn=staff@example.com,ou=groups,o=icewarp', self), 'o=icewarp');
    assert.equal(snapshot.matchedDn('uid=bob@example.com,ou=users,o=icewarp', self), 'ou=users,o=icewarp');
  });

  it('is nothing once the user is gone', () => {
    const gone: View = { kind: 'self', userId: toUuid('user', 99) };
    assert.equal(snapshot.findDn('o=icewarp', gone), undefined);
    assert.deepEqual([...snapshot.search(0, 'sub', present('objectClass'), gone)], []);
    const group: View = { kind: 'self', userId: staff.id };
    assert.deepEqual([...snapshot.search(0, 'sub', present('objectClass'), group)], []);
  });
});

describe('the view of nobody', () => {
  it('has no entry and no base', () => {
    assert.equal(snapshot.findDn('o=icewarp', nothing), undefined);
    assert.equal(snapshot.matchedDn('cn=x,o=icewarp', nothing), '');
    assert.deepEqual([...snapshot.search(0, 'sub', present('objectClass'), nothing)], []);
  });
});

describe('a DN', () => {
  it('names an entry in any spelling', () => {
    const id = snapshot.findDn(annaDn, everything);
    assert.ok(id !== undefined);
    for (const dn of ['UID=ANNA@example.com, OU=users, O=IceWarp', 'uid=\\61nna\\40example.com,ou=users,o=icewarp']) {
      assert.equal(snapshot.findDn(dn, everything), id);
    }
    assert.equal(snapshot.dnOf(id), annaDn);
  });

  it('that no entry has is not found, and its nearest ancestor is named', () => {
    const missing = 'cn=x,uid=nobody@example.com,OU=Users,o=icewarp';
    assert.equal(snapshot.findDn(missing, everything), undefined);
    assert.equal(snapshot.matchedDn(missing, everything), 'ou=users,o=icewarp');
    assert.equal(snapshot.findDn('', everything), undefined);
    assert.equal(snapshot.matchedDn('o=elsewhere', everything), '');
  });

  it('that matching cannot tell from another resolves by its exact spelling only', () => {
    for (const login of ['fi@example.com', 'ﬁ@example.com']) {
      const dn = `uid=${login},ou=users,o=icewarp`;
      assert.equal(snapshot.dnOf(snapshot.findDn(dn, everything) ?? 0), dn);
    }
    assert.equal(snapshot.findDn('uid=FI@example.com,ou=users,o=icewarp', everything), undefined);
  });

  it('is refused when it is none', () => {
    const isRefusal = (error: unknown) => error instanceof DomainError && error.code === 'invalid_input';
    assert.throws(() => snapshot.findDn('nonsense', everything), isRefusal);
  });
});

describe('a login name', () => {
  const nameOf = (name: string) => {
    const match = snapshot.findByName(name);
    return match.kind === 'found' ? match.user.login : match.kind;
  };
  for (const [name, expected] of [
    ['anna@example.com', 'anna@example.com'],
    ['a@example.com', 'anna@example.com'],
    ['anna', 'anna@example.com'],
    ['a', 'unknown'],
    ['team@example.com', 'ambiguous'],
    ['bob', 'ambiguous'],
    ['bob@example.org', 'bob@example.org'],
    ['nobody', 'unknown'],
    ['nobody@example.com', 'unknown'],
    ['staff@example.com', 'unknown'],
    ['staff', 'unknown'],
    ['fi@example.com', 'fi@example.com'],
    ['ﬁ@example.com', 'ﬁ@example.com'],
    ['ﬂo@example.com', 'ﬂo@example.com'],
    ['flo@example.com', 'unknown'],
    ['flo', 'unknown'],
    ['', 'unknown'],
    [`${'a'.repeat(400)}@example.com`, 'unknown'],
  ] as const) {
    it(`"${name.slice(0, 40)}" is ${expected}`, () => assert.equal(nameOf(name), expected));
  }

  it('gives what a login asks of the user', () => {
    const anna = {
      ...{ id: toUuid('user', 1), login: 'anna@example.com', passwordOf: 'anna@example.com', state: 'enabled' },
      ...{ privileges: ['LogOn', 'ReadArchive:böb@example.com'], roles: ['auditor'] },
    };
    assert.deepEqual(snapshot.findByName('anna@example.com'), { kind: 'found', user: anna });
    assert.deepEqual(snapshot.findById(toUuid('user', 1)), anna);
    const bob = snapshot.findById(toUuid('user', 2).toUpperCase());
    assert.deepEqual([bob?.state, bob?.privileges, bob?.roles], ['password_expired', [], []]);
  });

  it('is not found by the UUID of nobody, of a group, or by no UUID', () => {
    for (const id of [toUuid('user', 99), staff.id, '', 'nonsense']) assert.equal(snapshot.findById(id), undefined);
  });
});
