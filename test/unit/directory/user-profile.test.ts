import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTime } from '../../../sidecar/directory/number-values.ts';
import { readEntryValues } from '../../../sidecar/directory/read-entry.ts';
import { readUserProfile } from '../../../sidecar/directory/user-profile.ts';
import { createCompany, publish } from '../../facade/ldap/support/ldap-world.ts';

const alice = '00000000-0000-4000-9000-000000000001';
const group = '00000000-0000-4000-8000-0000000000aa';

describe('the profile of a user', () => {
  it('holds what the entry holds, with memberships by their kind', () => {
    assert.deepEqual(readUserProfile(publish(createCompany()), alice), {
      id: alice,
      login: 'alice@example.com',
      name: 'Alice Example',
      givenName: 'alice',
      familyName: 'Example',
      email: 'alice@example.com',
      phone: undefined,
      groups: ['auditors@example.com'],
      privileges: ['LogOn', 'ReadOwnArchive'],
      roles: ['auditor'],
      updatedAt: new Date('2026-01-01T00:00:00Z'),
    });
  });

  it('is not there for a group, for nobody and for what is no UUID', () => {
    const snapshot = publish(createCompany());
    for (const id of [group, '00000000-0000-4000-9000-00000000ffff', '', '*', 'alice@example.com']) {
      assert.equal(readUserProfile(snapshot, id), undefined, id);
    }
  });

  it('survives names with whatever a DN has to escape', () => {
    const company = createCompany();
    const user = company.users.get(alice);
    assert.ok(user);
    const odd = 'a, "b"+c=d;#<é>\\';
    const users = new Map(company.users).set(alice, { ...user, displayName: odd, roles: [odd] });
    const profile = readUserProfile(publish({ ...company, users }), alice);
    assert.equal(profile?.name, odd);
    assert.deepEqual(profile?.roles, [odd]);
  });

  it('reads entries of any length', () => {
    const company = createCompany();
    const user = company.users.get(alice);
    assert.ok(user);
    for (const length of [0, 1, 100, 127, 128, 255, 256, 60_000]) {
      const description = 'ü'.repeat(length);
      const users = new Map(company.users).set(alice, { ...user, description });
      const snapshot = publish({ ...company, users });
      const value = Buffer.from(alice);
      const [entry] = snapshot.search(
        0,
        'sub',
        { kind: 'equal', attribute: 'entryUUID', value },
        { kind: 'everything' },
      );
      assert.ok(entry !== undefined);
      const values = readEntryValues(snapshot, entry, ['description', 'uid', 'o']);
      assert.deepEqual(values.get('description'), length === 0 ? undefined : [description]);
      assert.deepEqual(values.get('uid'), ['alice@example.com']);
      assert.equal(values.has('o'), false);
    }
  });
});

describe('a time', () => {
  it('is read to the millisecond, from any zone', () => {
    for (const [text, time] of [
      ['20260101000000Z', '2026-01-01T00:00:00.000Z'],
      ['20260101020000.5+0200', '2026-01-01T00:00:00.500Z'],
      ['20261231235959.1239Z', '2026-12-31T23:59:59.123Z'],
    ] as const) {
      assert.equal(parseTime(text)?.toISOString(), time);
    }
  });

  it('that is none is undefined', () => {
    for (const text of ['', '2026', '20261301000000Z', 'now']) assert.equal(parseTime(text), undefined);
  });
});
