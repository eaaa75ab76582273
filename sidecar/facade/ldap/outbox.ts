import type { Socket } from 'node:net';
import type { Selection, Snapshot } from '../../directory/snapshot.ts';
import { Tag } from './ber-reader.ts';
import { headerLength, writeHeader } from './ber-writer.ts';
import type { ResponseTag } from './responses.ts';
import type { ResultCode } from './result-codes.ts';
import type { WriteBuffers } from './write-buffers.ts';

/** Entries to send: those of `ids` as the snapshot has them. */
interface EntryList {
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  readonly ids: Uint32Array;
}

/** Octets of an LDAPResult with a code and empty texts (RFC 4511 §4.1.9). */
const bareResultLength = 7;

/**
 * What a connection has to say: gathered until it is flushed and written once, so that a result of many entries does not cost a packet
 * and a system call for each. Whoever appends flushes in the same tick.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #backlogBytes: number;
  readonly #buffers: WriteBuffers;
  #buffer: Buffer | undefined;
  #length = 0;
  /** What the socket held after the last write: it holds no more now. */
  #held = 0;
  /** One for each write that is not over, in order: the buffer to give back then, if it was not at once. */
  readonly #inFlight: (Buffer | undefined)[] = [];
  #waiting: (() => void) | undefined;
  #blockedSince: number | undefined;

  constructor(socket: Socket, backlogBytes: number, buffers: WriteBuffers) {
    this.#socket = socket;
    this.#backlogBytes = backlogBytes;
    this.#buffers = buffers;
    socket.on('close', () => this.#wake());
  }

  /** Whether so much waits for the client to read that work for it should pause. */
  get isFull(): boolean {
    if (this.#length + this.#held < this.#backlogBytes) return false;
    this.#held = this.#socket.writableLength;
    return this.#length + this.#held >= this.#backlogBytes;
  }

  /** Since when somebody waits for the client to read (performance.now); undefined when nobody does. */
  get blockedSince(): number | undefined {
    return this.#blockedSince;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a response that has a code and nothing else, as most have. */
  appendBareResult(messageId: number, tag: ResponseTag, code: ResultCode): void {
    const idLength = unsignedLength(messageId);
    const content = idLength + 2 + bareResultLength;
    const buffer = this.#reserve(content + 2);
    let at = writeHeader(buffer, this.#length, Tag.sequence, content);
    at = writeUnsigned(buffer, at, messageId, idLength);
    at = writeHeader(buffer, at, tag, bareResultLength);
    at = writeHeader(buffer, at, Tag.enumerated, 1);
    buffer[at] = code;
    at = writeHeader(buffer, at + 1, Tag.octetString, 0);
    this.#length = writeHeader(buffer, at, Tag.octetString, 0);
  }

  /**
   * Appends a SearchResultEntry for each of the ids from `start` up to `stop`, written by the snapshot straight to its place, until the
   * client has enough to read. Gives the place of the first that was not appended. Throws RangeError for a `stop` behind the ids.
   */
  appendEntries(messageId: number, { snapshot, selection, ids }: EntryList, start: number, stop: number): number {
    if (stop > ids.length) throw new RangeError('a page ends behind the result');
    const idLength = unsignedLength(messageId);
    let at = start;
    for (; at < stop && !this.isFull; at++) {
      const entry = ids[at] ?? 0;
      const bound = idLength + snapshot.entrySize(entry, selection);
      const head = headerLength(bound);
      const buffer = this.#reserve(head + bound);
      const content = this.#length + head;
      const end = snapshot.writeEntry(entry, selection, buffer, writeUnsigned(buffer, content, messageId, idLength));
      writeHeader(buffer, this.#length, Tag.sequence, end - content, head);
      this.#length = end;
    }
    return at;
  }

  // 'drain' would not do: it comes only above the socket's own mark, which may be higher than ours.
  readonly #onWritten = (error?: Error | null): void => {
    const buffer = this.#inFlight.shift();
    // After a failed write nobody knows who still reads it.
    if (buffer !== undefined && !error) this.#buffers.giveBack(buffer);
    if (this.#waiting !== undefined && !this.isFull) this.#wake();
  };

  /** Hands what was gathered to the socket. */
  flush(): void {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#length);
    this.#length = 0;
    this.#buffer = undefined;
    if (this.#socket.writable) {
      this.#socket.write(bytes, this.#onWritten);
      this.#held = this.#socket.writableLength;
      // What the kernel has not taken is read later.
      this.#inFlight.push(this.#held > 0 ? buffer : undefined);
      if (this.#held > 0) return;
    }
    this.#buffers.giveBack(buffer);
  }

  /** Flushes, then resolves when there is room again, or when the connection is closed; never within the same tick. */
  async waitForRoom(): Promise<void> {
    this.flush();
    if (!this.isFull || this.#socket.destroyed) return new Promise((resolve) => setImmediate(resolve));
    this.#blockedSince = performance.now();
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
  }

  #wake(): void {
    this.#blockedSince = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  #reserve(bytes: number): Buffer {
    const needed = this.#length + bytes;
    const current = this.#buffer;
    if (current !== undefined && current.length >= needed) return current;
    const larger = this.#buffers.take(needed);
    if (current !== undefined) {
      current.copy(larger, 0, 0, this.#length);
      this.#buffers.giveBack(current);
    }
    this.#buffer = larger;
    return larger;
  }
}

/** Octets of an INTEGER from 0 to 2^31 - 1. */
function unsignedLength(value: number): number {
  return value < 0x80 ? 3 : value < 0x8000 ? 4 : value < 0x80_0000 ? 5 : 6;
}

/** Writes an INTEGER of {@link unsignedLength} octets; gives the offset behind it. */
function writeUnsigned(target: Uint8Array, offset: number, value: number, length: number): number {
  target[offset] = Tag.integer;
  target[offset + 1] = length - 2;
  let rest = value;
  for (let at = offset + length - 1; at > offset + 1; at--) {
    target[at] = rest & 0xff;
    rest >>>= 8;
  }
  return offset + length;
}
