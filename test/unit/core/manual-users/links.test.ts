import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findAccount, resolveLinks } from '../../../../sidecar/core/manual-users/links.ts';
import type { Directory, User } from '../../../../sidecar/core/model.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { buildSnapshot, openSnapshot } from '../../../../sidecar/directory/builder.ts';
import { buildDirectory, buildUser } from '../../directory/company.ts';

const linked = { origin: 'manual', passwordOf: 'bob@example.com' as LoginName } as const;
const guest = buildUser(1, 'guest@partner.example', linked);

function served(...users: readonly User[]): User | undefined {
  return resolveLinks(buildDirectory([guest, ...users])).users.get(guest.id);
}

describe('a manual user that is linked to an account', () => {
  for (const state of ['enabled', 'disabled', 'expired', 'password_expired', 'domain_disabled', 'missing'] as const) {
    it(`is served as ${state} when the account is`, () => {
      assert.equal(served(buildUser(2, 'bob@example.com', { state }))?.state, state);
    });
  }

  it('stays disabled when it is so itself', () => {
    const off = { ...guest, state: 'disabled' } as const;
    const { users } = resolveLinks(buildDirectory([off, buildUser(2, 'bob@example.com')]));
    assert.equal(users.get(off.id)?.state, 'disabled');
  });

  it('follows the account under its new address', () => {
    const renamed = buildUser(2, 'robert@example.com', { addresses: ['robert@example.com', 'bob@example.com'] });
    assert.equal(served(renamed)?.passwordOf, 'robert@example.com');
  });

  it('does not take a missing former owner of the address for the account', () => {
    const former = buildUser(2, 'bob@example.com', { state: 'missing' });
    const present = buildUser(3, 'robert@example.com', { addresses: ['robert@example.com', 'bob@example.com'] });
    for (const users of [
      [former, present],
      [present, former],
    ]) {
      const user = served(...users);
      assert.deepEqual([user?.passwordOf, user?.state], ['robert@example.com', 'enabled']);
    }
  });

  it('was modified when the account was, if that is later', () => {
    const later = new Date('2026-09-01T00:00:00Z');
    assert.deepEqual(served(buildUser(2, 'bob@example.com', { modifiedAt: later }))?.modifiedAt, later);
    const earlier = new Date('2020-01-01T00:00:00Z');
    assert.deepEqual(served(buildUser(2, 'bob@example.com', { modifiedAt: earlier }))?.modifiedAt, guest.modifiedAt);
  });

  it('is left as it is when the account is not synchronised, or the address is that of another manual user', () => {
    assert.equal(served(), guest);
    assert.equal(served(buildUser(2, 'bob@example.com', { origin: 'manual', state: 'disabled' })), guest);
  });

  it('costs nothing where there is none', () => {
    const directory: Directory = buildDirectory([buildUser(2, 'bob@example.com')]);
    assert.equal(resolveLinks(directory), directory);
  });

  it('is found by a login with the account to ask, its state and its own rights', () => {
    const own = buildUser(1, 'guest@partner.example', { ...linked, privileges: ['LogOn'], roles: ['auditor'] });
    const users = [
      own,
      buildUser(2, 'bob@example.com', { state: 'disabled', privileges: ['LogOn'], roles: ['auditor'] }),
    ];
    const snapshot = openSnapshot(
      buildSnapshot(buildDirectory(users), { baseDn: 'o=icewarp', publishedAt: new Date('2026-11-24T10:00:00Z') }),
    );
    const rights = { state: 'disabled', privileges: ['LogOn'], roles: ['auditor'] };
    assert.deepEqual(snapshot.findByName('guest@partner.example'), {
      kind: 'found',
      user: { id: own.id, login: own.login, passwordOf: 'bob@example.com', ...rights },
    });
    assert.equal(snapshot.findById(users[1]?.id ?? '')?.passwordOf, 'bob@example.com');
  });
});

describe('the account that an address means', () => {
  it('is nobody manual', () => {
    assert.equal(findAccount(buildDirectory([guest]), 'guest@partner.example'), undefined);
    const bob = buildUser(2, 'bob@example.com', { addresses: ['bob@example.com', 'b@example.com'] });
    assert.equal(findAccount(buildDirectory([guest, bob]), 'b@example.com'), bob);
  });
});
