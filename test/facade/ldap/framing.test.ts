import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MessageFramer } from '../../../sidecar/facade/ldap/framing.ts';
import { ProtocolFault } from '../../../sidecar/facade/ldap/result-codes.ts';
import { tlv } from './support/ber.ts';

function cut(chunks: readonly Uint8Array[], maxBytes = 1000): { messages: string[]; framer: MessageFramer } {
  const framer = new MessageFramer();
  const messages: string[] = [];
  for (const chunk of chunks) {
    framer.push(
      chunk,
      () => maxBytes,
      (message) => messages.push(Buffer.from(message).toString('hex')) > 0,
    );
  }
  return { messages, framer };
}

describe('cutting octets into messages', () => {
  it('gives the same messages however the octets are split', () => {
    const message = fc.uint8Array({ maxLength: 300 }).map((body) => tlv(0x30, body));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(50), { maxLength: 60 }), (messages, sizes) => {
        const all = Buffer.concat(messages);
        const chunks: Buffer[] = [];
        let position = 0;
        for (const size of sizes) {
          chunks.push(all.subarray(position, position + size));
          position += size;
        }
        chunks.push(all.subarray(position));
        const { messages: got, framer } = cut(chunks);
        assert.deepEqual(
          got,
          messages.map((one) => one.toString('hex')),
        );
        assert.equal(framer.isUnfinished, false);
      }),
      { numRuns: 300 },
    );
  });

  it('does not keep what belongs to the caller', () => {
    const framer = new MessageFramer();
    const message = tlv(0x30, 'abcdef');
    const first = Buffer.from(message.subarray(0, 5));
    const got: string[] = [];
    const push = (chunk: Uint8Array) =>
      framer.push(
        chunk,
        () => 100,
        (whole) => got.push(Buffer.from(whole).toString('hex')) > 0,
      );
    push(first);
    first.fill(0);
    push(message.subarray(5));
    assert.deepEqual(got, [message.toString('hex')]);
  });

  it('knows that a message is unfinished', () => {
    assert.equal(cut([Buffer.from([0x30])]).framer.isUnfinished, true);
    assert.equal(cut([Buffer.from([0x30, 0x82, 0x01])]).framer.isUnfinished, true);
  });

  const broken: readonly (readonly [string, readonly number[]])[] = [
    ['another tag', [0x16, 0x03, 0x01]],
    ['text', [...Buffer.from('GET / HTTP/1.1\r\n')]],
    ['an indefinite length', [0x30, 0x80]],
    ['a length of 4 GB', [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]],
    ['a length with the sign bit set', [0x30, 0x84, 0x80, 0, 0, 0]],
    ['a length of five octets', [0x30, 0x85, 0, 0, 0, 0, 1]],
    ['a length of 127 octets', [0x30, 0xff]],
    ['one octet too many', [0x30, 0x82, 0x03, 0xe5]],
  ];
  for (const [name, octets] of broken) {
    it(`refuses ${name}, whole or octet by octet, before anything more comes`, () => {
      assert.throws(() => cut([Buffer.from(octets)]), ProtocolFault);
      assert.throws(() => cut(octets.map((octet) => Buffer.from([octet]))), ProtocolFault);
    });
  }

  it('takes a message of exactly the largest size', () => {
    assert.equal(cut([tlv(0x30, Buffer.alloc(994))]).messages.length, 1);
  });

  it('allocates with what has come, not with what was announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const framers = Array.from(
      { length: 200 },
      () => cut([Buffer.from([0x30, 0x83, 0x0f, 0xff, 0x00, 1, 2, 3])], 1024 * 1024).framer,
    );
    const after = process.memoryUsage().arrayBuffers;
    assert.equal(framers.length, 200);
    assert.ok(after - before < 2_000_000, `${after - before} octets for 200 beginnings`);
  });

  it('stops when told', () => {
    const framer = new MessageFramer();
    let count = 0;
    framer.push(
      Buffer.concat([tlv(0x30, 'a'), tlv(0x30, 'b')]),
      () => 100,
      () => {
        count += 1;
        return false;
      },
    );
    assert.equal(count, 1);
  });
});
