import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { User } from '../../../sidecar/core/model.ts';
import { findDelta, maxOverlaidEntries } from '../../../sidecar/directory/overlay-delta.ts';
import { bob, buildDirectory, buildUser, company, jane, sales } from './company.ts';
import { renameGroup } from './overlay-edits.ts';
import { later } from './overlaying.ts';

describe('what is found between two versions', () => {
  const next = (users: readonly User[], groups = company.groups) => ({
    ...{ generation: 8, groups },
    users: new Map(users.map((user) => [user.id, user])),
  });

  it('names who changed, came or went, and the groups that have other members', () => {
    const carol = buildUser(3, 'carol@example.com');
    const delta = findDelta(company, next([{ ...jane, memberships: [] }, carol]), later);
    assert.deepEqual(
      delta?.users.map(({ login }) => login),
      ['jane@example.com', 'carol@example.com'],
    );
    assert.deepEqual([delta?.removedUsers, delta?.groups], [[bob.id], [sales]]);
    assert.deepEqual([delta?.previousGeneration, delta?.generation], [7, 8]);
  });

  it('is empty when nothing did, though it was read anew', () => {
    const { users, removedUsers, groups } = findDelta(company, structuredClone(next([jane, bob])), later) ?? {};
    assert.deepEqual([users, removedUsers, groups], [[], [], []]);
  });

  it('is nothing when a group is gone or bears another name, or too much changed', () => {
    assert.equal(findDelta(company, next([jane, bob], new Map()), later), undefined);
    assert.equal(findDelta(company, renameGroup({ ...company, generation: 8 }, 1, 'x@example.com'), later), undefined);
    const many = Array.from({ length: maxOverlaidEntries + 1 }, (_, number) => buildUser(number, `u${number}@x.com`));
    assert.equal(findDelta(company, next(many), later), undefined);
  });

  it('has a manual user whose account changed', () => {
    const manual = buildUser(4, 'm@x.com', { origin: 'manual', passwordOf: jane.login });
    const first = buildDirectory([jane, manual]);
    const disabled = { ...buildDirectory([{ ...jane, state: 'disabled' }, manual]), generation: 8 };
    const delta = findDelta(first, disabled, later);
    assert.deepEqual(
      delta?.users.map(({ login, state }) => [login, state]),
      [
        ['jane@example.com', 'disabled'],
        ['m@x.com', 'disabled'],
      ],
    );
  });
});
