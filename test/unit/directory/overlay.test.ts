import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noFacts } from '../../../sidecar/core/model.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { changedUsers } from '../../../sidecar/directory/changed-users.ts';
import { baseKeyOf } from '../../../sidecar/directory/layout.ts';
import { applyDelta } from '../../../sidecar/directory/overlay-builder.ts';
import { maxOverlaidEntries } from '../../../sidecar/directory/overlay-delta.ts';
import type { Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { bob, buildDirectory, buildGroup, buildUser, jane, janeDn, sales } from './company.ts';
import { base, deltaOn, later, lay, open, salesDn, valuesOf } from './overlaying.ts';
import { everything, publishedAt } from './reading.ts';

describe('a delta', () => {
  it('shares the memory below, leaves it as it was and travels as plain data', () => {
    const before = Buffer.from(new Uint8Array(base.memory));
    const laid = lay(base, { users: [{ ...jane, description: 'Chief' }] });
    assert.equal(laid.memory, base.memory);
    assert.ok(Buffer.from(new Uint8Array(base.memory)).equals(before));
    assert.deepEqual(valuesOf(open(laid), janeDn, 'description'), ['Chief']);
    assert.deepEqual(valuesOf(open(base), janeDn, 'description'), ['Boss']);
    assert.equal(baseKeyOf(structuredClone(laid)), baseKeyOf(base));
  });

  it('gives what is served its generation and times', () => {
    const snapshot = open(lay(base, { users: [{ ...jane, modifiedAt: later }] }));
    assert.equal(snapshot.generation, 8);
    assert.deepEqual([snapshot.publishedAt, snapshot.changedAt], [later, later]);
  });

  it('of another version is refused, and so is one on top of it', () => {
    const users = [{ ...jane, description: 'Chief' }];
    for (const previousGeneration of [6, 8]) {
      assert.equal(applyDelta(base, { ...deltaOn(base, { users }), previousGeneration }), undefined);
    }
    const laid = lay(base, { users });
    assert.equal(applyDelta(laid, deltaOn(base, { users })), undefined);
    assert.ok(applyDelta(laid, deltaOn(laid, { users })) !== undefined);
  });

  it('that comes to too much with those before it is refused', () => {
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, number) => buildUser(from + number, `u${from + number}@example.com`));
    const half = lay(base, { users: some(100, maxOverlaidEntries / 2) });
    assert.ok(applyDelta(half, deltaOn(half, { users: some(5000, maxOverlaidEntries / 2) })) !== undefined);
    const one = deltaOn(half, { users: some(5000, maxOverlaidEntries / 2), removedUsers: [bob.id] });
    assert.equal(applyDelta(half, one), undefined);
  });

  it('that renames a group, or gives a login to a second user, is refused', () => {
    const renamed = { ...sales, name: 'vertrieb@example.com' as typeof sales.name };
    assert.equal(applyDelta(base, deltaOn(base, { groups: [renamed] })), undefined);
    const second = buildGroup(2, sales.name);
    assert.equal(applyDelta(base, deltaOn(base, { groups: [second] })), undefined);
    const users = [buildUser(9, jane.login)];
    assert.equal(applyDelta(base, deltaOn(base, { users })), undefined);
    const laid = lay(base, { users, removedUsers: [jane.id] });
    assert.deepEqual(valuesOf(open(laid), janeDn, 'entryUUID'), [users[0]?.id]);
  });

  it('keeps the id of an entry that it changes and numbers new ones behind all others', () => {
    const users = [{ ...jane, description: 'Chief' }, buildUser(5, 'aaa@example.com')];
    const [before, after] = [open(base), open(lay(base, { users }))];
    const idOf = (snapshot: Snapshot, dn: string) => snapshot.findDn(dn, everything);
    for (const dn of [janeDn, salesDn, 'ou=users,o=icewarp']) assert.equal(idOf(after, dn), idOf(before, dn));
    assert.equal(idOf(after, 'uid=aaa@example.com,ou=users,o=icewarp'), before.counts.entries);
  });

  it('takes the time of the latest change with a user that goes', () => {
    const only = buildSnapshot(buildDirectory([bob, { ...jane, modifiedAt: later }]), {
      baseDn: 'o=icewarp',
      publishedAt,
    });
    const one = lay(only, { removedUsers: [jane.id] });
    assert.deepEqual(open(one).changedAt, bob.modifiedAt);
    assert.deepEqual(open(lay(one, { removedUsers: [bob.id] })).changedAt, new Date(0));
  });

  it('may name a user that nobody has', () => {
    const laid = lay(base, { removedUsers: [buildUser(77, 'x@example.com').id] });
    assert.deepEqual(open(laid).counts, open(base).counts);
  });
});

describe('the users that changed from one overlay to the next', () => {
  it('are not those whose login matching cannot tell from that of one who left', () => {
    const [one, other] = [buildUser(5, 'fi@example.com'), buildUser(6, 'ﬁ@example.com')];
    const first = lay(buildSnapshot(buildDirectory([other, jane]), { baseDn: 'o=icewarp', publishedAt }), {
      users: [one],
    });
    const second = lay(first, { removedUsers: [one.id], users: [buildUser(7, 'fi@example.org')] });
    assert.deepEqual([...changedUsers(open(first), open(second))], ['fi@example.org']);
  });
});

describe('a login on an overlay', () => {
  const nameOf = (snapshot: Snapshot, name: string) => {
    const match = snapshot.findByName(name);
    return match.kind === 'found' ? match.user.login : match.kind;
  };

  it('knows local parts and addresses that a new user shares, until the user is gone', () => {
    const other = buildUser(5, 'jane@example.org', { addresses: ['jane@example.org', 'j.mueller@example.com'] });
    const shared = lay(base, { users: [other] });
    const snapshot = open(shared);
    assert.deepEqual(
      ['jane', 'j.mueller@example.com', 'bob'].map((name) => nameOf(snapshot, name)),
      ['ambiguous', 'ambiguous', 'bob@example.com'],
    );
    assert.deepEqual(valuesOf(snapshot, janeDn, 'sAMAccountName'), []);
    assert.deepEqual([...changedUsers(open(base), snapshot)].sort(), ['jane@example.com', 'jane@example.org']);
    const alone = open(lay(shared, { removedUsers: [other.id] }));
    assert.deepEqual(
      ['jane', 'j.mueller@example.com'].map((name) => nameOf(alone, name)),
      [jane.login, jane.login],
    );
    assert.deepEqual(valuesOf(alone, janeDn, 'sAMAccountName'), ['jane']);
    assert.deepEqual([...changedUsers(snapshot, alone)], [jane.login]);
  });

  it('is told state, rights, link and marks of a changed user', () => {
    const facts = { ...noFacts, isBlocked: true, passwordCheck: 'any_password' } as const;
    const fields = { state: 'expired', roles: ['auditor'], passwordOf: bob.login, facts } as const;
    const found = open(lay(base, { users: [{ ...jane, ...fields, privileges: ['LogOn'] }] })).findById(jane.id);
    assert.deepEqual(found, {
      ...{ id: jane.id, login: jane.login, passwordOf: bob.login, state: 'expired', privileges: ['LogOn'] },
      ...{ roles: ['auditor'], isBlocked: true, passwordCheck: 'any_password' },
    });
  });

  it('keeps what is told of a user whose entry changed by another alone', () => {
    const snapshot = open(lay(base, { users: [buildUser(5, 'bob@example.org')] }));
    assert.deepEqual(snapshot.findById(bob.id), open(base).findById(bob.id));
    assert.equal(snapshot.findById(bob.id)?.state, 'disabled');
  });
});
