import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { User } from '../../../sidecar/core/model.ts';
import type { LoginName } from '../../../sidecar/core/names.ts';
import { attributeNamed } from '../../../sidecar/directory/attributes.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import type { Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { bob, buildDirectory, generateCompany, jane, sales } from './company.ts';
import { base, lay, open, salesDn, valuesOf } from './overlaying.ts';
import { and, atLeast, equal, everything, findDns, not, present, publishedAt } from './reading.ts';

describe('times of groups, privileges and roles', () => {
  const stampOf = (snapshot: Snapshot, dn: string) => valuesOf(snapshot, dn, 'modifyTimestamp')[0];
  const privilege = (label: string) => `cn=${label},ou=privileges,o=icewarp`;

  it('move where members changed and nowhere else', () => {
    const snapshot = open(
      lay(base, { users: [{ ...jane, memberships: [], privileges: ['ReadArchive:bob@example.com'] }] }),
    );
    assert.equal(stampOf(snapshot, privilege('LogOn')), '20260506080000Z');
    assert.equal(stampOf(snapshot, salesDn), '20260506080000Z');
    assert.equal(stampOf(snapshot, privilege('ReadArchive:bob@example.com')), '20260506070810Z');
    assert.equal(stampOf(snapshot, privilege('Administrator')), '20260506070810Z');
    assert.deepEqual(
      findDns(snapshot, and(atLeast('modifyTimestamp', '20260506080000Z'), present('cn'), not(present('uid')))),
      [salesDn, privilege('LogOn')],
    );
  });

  it('stay where they moved to when a later delta changes something else', () => {
    const first = lay(base, { users: [{ ...jane, memberships: [], privileges: [] }] });
    const second = lay(first, { users: [{ ...bob, description: 'x' }], publishedAt: new Date('2026-05-07T00:00:00Z') });
    assert.equal(stampOf(open(second), privilege('LogOn')), '20260506080000Z');
  });

  it('never move backwards', () => {
    const first = lay(base, { users: [{ ...jane, privileges: [] }] });
    const early = { users: [jane], publishedAt: new Date('2026-01-01T00:00:00Z') };
    assert.equal(stampOf(open(lay(first, early)), privilege('LogOn')), '20260506080000Z');
    assert.equal(
      stampOf(open(lay(base, { ...early, users: [{ ...jane, privileges: [] }] })), privilege('LogOn')),
      '20260506070810Z',
    );
  });

  it('are those of the group itself where the delta has it', () => {
    const modifiedAt = new Date('2026-05-06T07:30:00Z');
    const fields = { users: [{ ...jane, memberships: [] }], groups: [{ ...sales, modifiedAt }] };
    assert.equal(stampOf(open(lay(base, fields)), salesDn), '20260506073000Z');
  });
});

describe('a large group', () => {
  const directory = generateCompany(3000, 3);
  const large = buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt });
  const users = [...directory.users.values()];
  const everybodyDn = 'cn=group-0@example.com,ou=groups,o=icewarp';
  const leavers = [0, 1, 777, 1500, 2999].map((place) => users[place]).filter((user) => user !== undefined);
  const dnOf = ({ login }: User) => `uid=${login},ou=users,o=icewarp`;

  it('loses and gains members without being written anew', () => {
    const moved = leavers.map((user, number) => ({ ...user, login: `moved${number}@example.com` as LoginName }));
    const laid = lay(large, { users: moved });
    assert.ok((laid.overlay?.memory.byteLength ?? 0) < 32_768, `${laid.overlay?.memory.byteLength}`);
    const left = new Set(leavers.map(dnOf));
    const expected = users.map(dnOf).filter((dn) => !left.has(dn));
    const members = valuesOf(open(laid), everybodyDn, 'member').toSorted();
    assert.deepEqual(members, [...expected, ...moved.map(dnOf)].sort());
    const memberOf = findDns(open(laid), equal('memberOf', everybodyDn)).sort();
    assert.deepEqual(memberOf, members);
    const id = open(laid).findDn(everybodyDn, everything) ?? -1;
    assert.deepEqual(open(laid).valuesOf(id, attributeNamed('member')).toSorted(), members);
  });

  it('has members as long as one is left below', () => {
    const [one, ...others] = leavers;
    assert.ok(one !== undefined);
    const small = buildSnapshot(buildDirectory(leavers, [...directory.groups.values()]), {
      baseDn: 'o=icewarp',
      publishedAt,
    });
    const filled = (removedUsers: readonly string[]) =>
      findDns(open(lay(small, { removedUsers })), and(present('member'), equal('cn', 'group-0@example.com')));
    assert.deepEqual(filled(others.map(({ id }) => id)), [everybodyDn]);
    assert.deepEqual(filled([one, ...others].map(({ id }) => id)), []);
  });

  it('is found by the members it has, and by none that left', () => {
    const snapshot = open(lay(large, { removedUsers: leavers.map(({ id }) => id) }));
    const groupsOf = (user: User | undefined) =>
      user === undefined
        ? []
        : findDns(snapshot, and(equal('member', dnOf(user)), equal('objectClass', 'icewarpGroup')));
    assert.ok(groupsOf(users[5]).includes(everybodyDn));
    for (const user of leavers) assert.deepEqual(groupsOf(user), []);
  });

  it('does not fit into less room than it says', () => {
    const snapshot = open(lay(large, { removedUsers: leavers.map(({ id }) => id) }));
    const id = snapshot.findDn(everybodyDn, everything) ?? -1;
    for (const attributes of [[], ['member'], ['cn', '+']]) {
      const selection = snapshot.select(attributes, false);
      const target = Buffer.alloc(snapshot.entrySize(id, selection) - 1);
      assert.throws(() => snapshot.writeEntry(id, selection, target, 0), RangeError);
    }
  });
});
