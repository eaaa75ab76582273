import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noFacts, type User } from '../../../sidecar/core/model.ts';
import { changedUsers } from '../../../sidecar/directory/changed-users.ts';
import { buildDirectory, buildUser } from './company.ts';
import { publish } from './reading.ts';

const earlier = new Date('2026-02-01T00:00:00Z');
const later = new Date('2026-02-01T00:00:05Z');
const anna = buildUser(1, 'anna@example.com', { modifiedAt: earlier });
const bob = buildUser(2, 'bob+tag@example.com', { modifiedAt: earlier });

function compare(before: readonly User[], after: readonly User[]): string[] {
  return [...changedUsers(publish(buildDirectory(before)), publish(buildDirectory(after)))];
}

describe('the users that changed from one version to the next', () => {
  it('are those whose entry differs, and the new ones', () => {
    const carol = buildUser(3, 'carol@example.com', { modifiedAt: later });
    const changed = { ...bob, privileges: ['LogOn'], modifiedAt: later };
    assert.deepEqual(compare([anna, bob], [anna, changed, carol]).sort(), ['bob+tag@example.com', 'carol@example.com']);
  });

  it('are found when two versions are of the same second', () => {
    assert.deepEqual(compare([anna, bob], [anna, { ...bob, roles: ['auditor'] }]), ['bob+tag@example.com']);
  });

  it('are none when nothing changed', () => {
    assert.deepEqual(compare([anna, bob], [anna, bob]), []);
  });
});

describe('what a login is told of an account', () => {
  it('names a block and an account that takes any password', () => {
    const facts = { ...noFacts, isBlocked: true, passwordCheck: 'any_password' } as const;
    const snapshot = publish(buildDirectory([anna, { ...bob, facts }]));
    const found = snapshot.findByName(bob.login);
    assert.ok(found.kind === 'found');
    assert.deepEqual([found.user.isBlocked, found.user.passwordCheck], [true, 'any_password']);
    const other = snapshot.findByName(anna.login);
    assert.ok(other.kind === 'found');
    assert.deepEqual([other.user.isBlocked, other.user.passwordCheck], [undefined, undefined]);
  });

  it('names an account whose password is asked for at this very service', () => {
    const facts = { ...noFacts, passwordCheck: 'directory_loop' } as const;
    const found = publish(buildDirectory([anna, { ...bob, facts }])).findByName(bob.login);
    assert.ok(found.kind === 'found');
    assert.deepEqual([found.user.isBlocked, found.user.passwordCheck], [undefined, 'directory_loop']);
  });
});
