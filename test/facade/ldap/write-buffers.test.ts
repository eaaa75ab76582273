import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WriteBuffers } from '../../../sidecar/facade/ldap/write-buffers.ts';

describe('memory for answers', () => {
  it('is used again, in two sizes', () => {
    const buffers = new WriteBuffers(256 * 1024);
    const [small, large] = [buffers.take(1), buffers.take(256 * 1024)];
    assert.ok(small.length < large.length && large.length >= 256 * 1024);
    buffers.giveBack(large);
    buffers.giveBack(small);
    assert.equal(buffers.take(100), small);
    assert.equal(buffers.take(100_000), large);
    assert.notEqual(buffers.take(100), small);
  });

  it('is not kept without bound, nor when somebody needs very much', () => {
    const buffers = new WriteBuffers(1024);
    const taken = Array.from({ length: 100 }, () => buffers.take(1));
    for (const buffer of taken) buffers.giveBack(buffer);
    const again = new Set(Array.from({ length: 100 }, () => buffers.take(1)));
    assert.ok(taken.filter((buffer) => again.has(buffer)).length <= 8);
    const huge = buffers.take(10_000_000);
    assert.equal(huge.length, 10_000_000);
    buffers.giveBack(huge);
    assert.notEqual(buffers.take(10_000_000), huge);
  });
});
