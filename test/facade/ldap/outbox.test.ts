import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { createMessageBatch } from '../../../sidecar/facade/ldap/message-batch.ts';
import { Outbox } from '../../../sidecar/facade/ldap/outbox.ts';
import { WriteBuffers } from '../../../sidecar/facade/ldap/write-buffers.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An outbox on a socket whose client reads when told to. */
function createSlowReader() {
  const reading: ((error?: Error) => void)[] = [];
  const socket = new Writable({ write: (_chunk, _encoding, done) => void reading.push(done) });
  socket.on('error', () => undefined);
  const buffers = new WriteBuffers(1024);
  const outbox = new Outbox(socket as unknown as Socket, 1024, buffers);
  return { outbox, buffers, reading };
}

describe('memory of an answer that the client has not read', () => {
  it('is left alone until it has, and then used again', async () => {
    const { outbox, buffers, reading } = createSlowReader();
    const first = buffers.take(1);
    buffers.giveBack(first);
    outbox.append(Buffer.from('answer'));
    outbox.flush();
    assert.notEqual(buffers.take(1), first, 'it was given away while it waits to be read');
    reading.shift()?.();
    await turn();
    assert.equal(buffers.take(1), first);
  });

  it('is never used again when the write failed', async () => {
    const { outbox, buffers, reading } = createSlowReader();
    const first = buffers.take(1);
    buffers.giveBack(first);
    outbox.append(Buffer.from('answer'));
    outbox.flush();
    reading.shift()?.(new Error('reset'));
    await turn();
    assert.notEqual(buffers.take(1), first);
  });
});

describe('messages to another thread', () => {
  it('of one turn leave together and in order, those of the next one after them', async () => {
    const posted: (readonly number[])[] = [];
    const send = createMessageBatch<number>((messages) => posted.push(messages));
    for (const message of [1, 2, 3]) send(message);
    assert.deepEqual(posted, []);
    await turn();
    send(4);
    await turn();
    assert.deepEqual(posted, [[1, 2, 3], [4]]);
  });
});
