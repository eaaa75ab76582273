import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { currentKey, type KeyPolicy, planKeys } from '../../../../sidecar/core/signing-keys/key-plan.ts';
import { toKeySet } from '../../../../sidecar/core/signing-keys/key-set.ts';
import { type KeyUse, keyUses, type SigningKey } from '../../../../sidecar/core/signing-keys/signing-key.ts';

const hourMs = 3_600_000;
const policy: KeyPolicy = { rotateAfterMs: 100 * hourMs, publishAheadMs: hourMs, keepMs: 10 * hourMs };
const start = new Date('2026-11-24T10:00:00Z');
const at = (hours: number) => new Date(start.getTime() + hours * hourMs);

const keyOf = (use: KeyUse, id: string, hours: number): SigningKey => ({
  ...{ id, use, material: new Secret(id) },
  createdAt: at(hours),
  activeAt: at(hours),
});
const everyUse = (id: string, hours: number) => keyUses.map((use) => keyOf(use, `${use} ${id}`, hours));

describe('signing keys by time', () => {
  it('makes a key for every use at the first start, to sign at once', () => {
    const { make, remove } = planKeys([], start, policy);
    assert.deepEqual(
      make,
      keyUses.map((use) => ({ use, activeAt: start })),
    );
    assert.deepEqual(remove, []);
  });

  it('leaves keys alone until their successors have to be published', () => {
    assert.deepEqual(planKeys(everyUse('1', 0), at(98.9), policy), { make: [], remove: [] });
  });

  it('publishes a successor before it signs, even when that is overdue', () => {
    for (const hours of [99, 150]) {
      const { make } = planKeys(everyUse('1', 0), at(hours), policy);
      assert.deepEqual(
        make.map(({ activeAt }) => activeAt),
        keyUses.map(() => at(hours + 1)),
      );
    }
  });

  it('makes one successor, not one a look', () => {
    const keys = [...everyUse('1', 0), ...everyUse('2', 100)];
    assert.deepEqual(planKeys(keys, at(99.5), policy).make, []);
  });

  it('keeps a key published for as long as something it signed may be looked at', () => {
    const keys = [...everyUse('1', 0), ...everyUse('2', 100)];
    assert.deepEqual(planKeys(keys, at(109.9), policy).remove, []);
    assert.deepEqual(
      planKeys(keys, at(110), policy).remove,
      keyUses.map((use) => `${use} 1`),
    );
  });

  it('never rotates by time where the policy says 0', () => {
    assert.deepEqual(planKeys(everyUse('1', 0), at(100_000), { ...policy, rotateAfterMs: 0 }).make, []);
  });

  it('signs with the key that began last, not with one that begins later', () => {
    const keys = [keyOf('ES256', 'next', 3), keyOf('ES256', 'old', 0), keyOf('ES256', 'now', 2)];
    assert.equal(currentKey(keys, 'ES256', at(2.5))?.id, 'now');
    assert.equal(currentKey(keys, 'ES256', at(3))?.id, 'next');
  });

  it('gives another version when another key signs, though the same ones are published', () => {
    const keys = [...everyUse('1', 0), ...everyUse('2', 100)];
    const [before, after] = [toKeySet(keys, at(99)), toKeySet(keys, at(100))];
    assert.notEqual(before.version, after.version);
    assert.deepEqual(before.signing.map(({ id }) => id).sort(), after.signing.map(({ id }) => id).sort());
    assert.equal(before.signing[0]?.id, 'ES256 1');
    assert.equal(after.signing[0]?.id, 'ES256 2');
    assert.equal(after.cookies[0]?.reveal(), 'cookies 2');
  });
});
