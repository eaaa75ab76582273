import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHandOver } from '../../../sidecar/sync/hand-over.ts';

describe('a value that is handed over', () => {
  it('is given once, and not twice by mistake', () => {
    const value = { large: true };
    const handOver = createHandOver(value);
    assert.equal(handOver.take(), value);
    assert.throws(() => handOver.take(), TypeError);
  });

  it('may be undefined', () => {
    assert.equal(createHandOver(undefined).take(), undefined);
  });
});
