import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createCommitTurns } from '../../../sidecar/sync/commit-turns.ts';
import { keepNewer } from '../../../sidecar/sync/keep-newer.ts';
import type { SourceReading } from '../../../sidecar/sync/read-source.ts';
import { buildUser } from '../../contract/directory-builders.ts';

const startedAt = new Date('2026-11-24T12:00:00.900Z');
const read = (name: string, at: string) => {
  const user = buildUser(name, { sourceId: 'icewarp', id: randomUUID() });
  return { ...user, facts: { ...user.facts, readAt: new Date(at) } };
};

function keep(...users: readonly ReturnType<typeof read>[]) {
  const reading = {
    users: [{ address: 'Bob@example.com' }, { address: 'old@example.com' }],
    kept: [{ address: 'kept@example.com', reason: 'not_due' }],
  } as unknown as SourceReading;
  const current = { generation: 3, users: new Map(users.map((user) => [user.id, user])), groups: new Map() };
  const after = keepNewer(reading, current, 'icewarp', startedAt);
  return { users: after.users.map(({ address }) => address), kept: after.kept.map(({ address }) => address) };
}

describe('a reading that took minutes', () => {
  it('does not undo what was read of single accounts meanwhile', () => {
    const bob = read('bob', '2026-11-24T12:00:01Z');
    assert.deepEqual(keep(bob, read('nina', '2026-11-24T12:03:00Z'), read('old', '2026-11-24T12:00:00Z')), {
      users: ['old@example.com'],
      kept: ['kept@example.com', 'bob@example.com', 'nina@example.com'],
    });
  });

  it('counts against a time that cannot be true', () => {
    assert.deepEqual(keep(read('bob', '2027-11-24T12:00:01Z')).users, ['Bob@example.com', 'old@example.com']);
  });
});

describe('turns to plan and commit', () => {
  it('come one after the other, in the order they were asked for', async () => {
    const turns = createCommitTurns();
    const told: string[] = [];
    const first = await turns.take();
    const rest = ['second', 'third'].map(async (name) => {
      const end = await turns.take();
      told.push(name);
      end();
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(told, []);
    first();
    await Promise.all(rest);
    assert.deepEqual(told, ['second', 'third']);
  });
});
