import { ProtocolFault } from './result-codes.ts';

const sequenceTag = 0x30;
/** First octet of a TLS handshake (RFC 8446 §5.1). */
const tlsHandshake = 0x16;
/** Tag, length of the length, and four octets of length: with these the size of a message is known. */
const maxHeaderLength = 6;
const firstAllocation = 512;

/**
 * Cuts a stream of octets into LDAP messages (RFC 4511 §5.1). A message that is whole in a chunk is handed out as a view of it; the
 * beginning of one is copied, into memory that grows with what has come and not with what was announced.
 */
export class MessageFramer {
  #held = Buffer.alloc(0);
  #length = 0;

  /** Whether a message has begun and not ended. */
  get isUnfinished(): boolean {
    return this.#length > 0;
  }

  /** Forgets what has begun. */
  clear(): void {
    this.#held = Buffer.alloc(0);
    this.#length = 0;
  }

  /**
   * Takes what came and calls `onMessage` with each whole message, header included; the octets are valid during the call only.
   * `onMessage` gives false to stop: the rest is dropped. `maxBytes` is asked anew for each message.
   * Throws ProtocolFault as soon as the next message is none: a wrong tag, a length that is indefinite, malformed or too large.
   */
  push(chunk: Uint8Array, maxBytes: () => number, onMessage: (message: Uint8Array) => boolean): void {
    let position = 0;
    if (this.#length > 0) {
      position = this.#complete(chunk, maxBytes);
      if (this.#length > 0) {
        const total = measureMessage(this.#held, 0, this.#length, maxBytes());
        if (total === undefined || total > this.#length) return;
        const message = this.#held.subarray(0, total);
        this.clear();
        if (!onMessage(message)) return;
      }
    }
    while (position < chunk.length) {
      const total = measureMessage(chunk, position, chunk.length, maxBytes());
      if (total === undefined || position + total > chunk.length) {
        this.#hold(chunk, position, chunk.length, total);
        return;
      }
      if (!onMessage(chunk.subarray(position, position + total))) return;
      position += total;
    }
  }

  /** Adds what is missing of the held message; gives the place in the chunk behind it. */
  #complete(chunk: Uint8Array, maxBytes: () => number): number {
    let position = 0;
    let total = measureMessage(this.#held, 0, this.#length, maxBytes());
    while (total === undefined && position < chunk.length) {
      this.#hold(chunk, position, position + 1, undefined);
      position += 1;
      total = measureMessage(this.#held, 0, this.#length, maxBytes());
    }
    if (total === undefined) return position;
    const end = Math.min(chunk.length, position + total - this.#length);
    this.#hold(chunk, position, end, total);
    return end;
  }

  #hold(source: Uint8Array, start: number, end: number, total: number | undefined): void {
    const needed = this.#length + end - start;
    if (needed > this.#held.length) {
      const wanted = Math.max(needed, this.#held.length * 2, firstAllocation);
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(wanted, total ?? wanted)));
      this.#held.copy(grown, 0, 0, this.#length);
      this.#held = grown;
    }
    this.#held.set(source.subarray(start, end), this.#length);
    this.#length = needed;
  }
}

/** Octets of the message that begins at `start`; undefined while its header is incomplete. */
function measureMessage(bytes: Uint8Array, start: number, end: number, maxBytes: number): number | undefined {
  if (start < end && bytes[start] !== sequenceTag) throw toNoMessage(bytes[start]);
  const first = start + 1 < end ? bytes[start + 1] : undefined;
  if (first === undefined) return undefined;
  if (first < 0x80) return checked(2 + first, maxBytes);
  const count = first & 0x7f;
  if (count === 0) throw new ProtocolFault('indefinite lengths are not allowed');
  if (2 + count > maxHeaderLength) throw new ProtocolFault('a length has more than four octets');
  if (start + 2 + count > end) return undefined;
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + 2 + index] ?? 0);
  return checked(2 + count + length, maxBytes);
}

function toNoMessage(first: number | undefined): ProtocolFault {
  const isTls = first === tlsHandshake;
  return new ProtocolFault(
    isTls ? 'TLS begins with StartTLS here; ldaps has a port of its own' : 'what came is no LDAP message',
  );
}

function checked(total: number, maxBytes: number): number {
  if (total > maxBytes) throw new ProtocolFault(`a message may have ${maxBytes} octets here`);
  return total;
}
