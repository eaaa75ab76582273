import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sizeOfLength, sizeOfTlv, tag, writeHeader } from '../../../sidecar/directory/ber.ts';

describe('a BER length', () => {
  for (const [length, hex] of [
    [0, '0400'],
    [0x7f, '047f'],
    [0x80, '048180'],
    [0xff, '0481ff'],
    [0x100, '04820100'],
    [0xffff, '0482ffff'],
    [0x1_0000, '0483010000'],
    [0xff_ffff, '0483ffffff'],
    [0x100_0000, '048401000000'],
    [0x7fff_ffff, '04847fffffff'],
  ] as const) {
    it(`of ${length} is ${hex}`, () => {
      const target = Buffer.alloc(6);
      const end = writeHeader(target, 0, tag.octetString, length);
      assert.equal(target.toString('hex', 0, end), hex);
      assert.equal(sizeOfLength(length), end - 1);
      assert.equal(sizeOfTlv(length), end + length);
    });
  }
});
