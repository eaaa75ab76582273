import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { User } from '../../../../sidecar/core/model.ts';
import { noFacts } from '../../../../sidecar/core/model.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { stampShortNames } from '../../../../sidecar/core/reconcile/short-names.ts';

const earlier = new Date('2026-11-01T00:00:00Z');
const stamp = new Date('2026-11-02T00:00:00Z');

function aUser(login: string, id = login): User {
  return {
    ...{ id, sourceId: 'icewarp', origin: 'synchronised', login: login as LoginName, addresses: [login] },
    ...{ displayName: '', givenName: '', surname: '', description: '', telephoneNumber: '' },
    ...{ state: 'enabled', missingSince: undefined, facts: noFacts, memberships: [], privileges: [], roles: [] },
    ...{ createdAt: earlier, modifiedAt: earlier },
  };
}

function restamp(before: readonly User[], after: readonly User[]) {
  const byId = (users: readonly User[]) => new Map(users.map((user) => [user.id, user]));
  const { after: next, lines } = stampShortNames({
    before: byId(before),
    after: byId(after),
    lines: [],
    sourceId: 'icewarp',
    stamp,
  });
  const stamped = [...next.values()].filter(({ modifiedAt }) => modifiedAt === stamp).map(({ login }) => login);
  return { stamped, lines: lines.map(({ address, changes }) => [address, changes[0]]), next };
}

const bob = aUser('bob@a.test');
const alice = aUser('alice@a.test');

describe('the short name of a user', () => {
  it('is lost when a namesake comes: the entry has changed', () => {
    const { stamped, lines } = restamp([bob, alice], [bob, alice, aUser('bob@b.test')]);
    assert.deepEqual(stamped, ['bob@a.test']);
    assert.deepEqual(lines, [['bob@a.test', { field: 'short name', from: 'bob', to: '' }]]);
  });

  it('is back when the last namesake goes, by name or altogether', () => {
    const namesake = aUser('bob@b.test', 'second');
    for (const after of [
      [bob, alice],
      [bob, alice, aUser('robert@b.test', 'second')],
    ]) {
      const { stamped, lines } = restamp([bob, alice, namesake], after);
      assert.deepEqual(stamped, ['bob@a.test']);
      assert.deepEqual(lines, [['bob@a.test', { field: 'short name', from: '', to: 'bob' }]]);
    }
  });

  it('stays away while there are still several', () => {
    const [second, third] = [aUser('bob@b.test'), aUser('bob@c.test')];
    assert.deepEqual(restamp([bob, second], [bob, second, third]).stamped, []);
    assert.deepEqual(restamp([bob, second, third], [bob, second]).stamped, []);
  });

  it('changes nothing for anybody when nobody comes or goes, nor at first sight of all', () => {
    const users = [bob, alice, aUser('bob@b.test')];
    assert.deepEqual(restamp(users, users).stamped, []);
    assert.deepEqual(restamp([], users).stamped, []);
  });

  it('of a manual user passes unchanged, and counts as a namesake', () => {
    const manual: User = { ...aUser('bob@hand.test'), origin: 'manual' };
    assert.deepEqual(restamp([bob, manual], [manual]).stamped, []);
    assert.deepEqual(restamp([bob], [bob, manual]).stamped, ['bob@a.test']);
  });

  it('is the same in other letters', () => {
    assert.deepEqual(restamp([bob], [bob, aUser('\uff42ob@b.test')]).stamped, ['bob@a.test']);
  });
});
