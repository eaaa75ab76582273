import type { Socket } from 'node:net';
import type { Snapshot } from '../../directory/snapshot.ts';
import { Tag } from './ber-reader.ts';
import { encodeUnsigned, headerLength, writeHeader } from './ber-writer.ts';

const firstAllocation = 4096;
/** A buffer that grew beyond this is given back after use. */
const keptAllocation = 16 * 1024;

type EntryAnswer = {
  readonly snapshot: Snapshot;
  readonly id: number;
  readonly selection: ReturnType<Snapshot['select']>;
};

/**
 * What a connection has to say: gathered within a tick and written once, so that a result of many entries does not cost a packet
 * and a system call for each.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #backlogBytes: number;
  #buffer: Buffer | undefined;
  #length = 0;
  #isScheduled = false;
  #waiting: (() => void) | undefined;
  #blockedSince: number | undefined;

  constructor(socket: Socket, backlogBytes: number) {
    this.#socket = socket;
    this.#backlogBytes = backlogBytes;
    socket.on('close', () => this.#wake());
  }

  /** Whether so much waits for the client to read that work for it should pause. */
  get isFull(): boolean {
    return this.#length + this.#socket.writableLength >= this.#backlogBytes;
  }

  /** Since when somebody waits for the client to read (performance.now); undefined when nobody does. */
  get blockedSince(): number | undefined {
    return this.#blockedSince;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
    this.#schedule();
  }

  /** Appends a SearchResultEntry, written by the snapshot straight to its place. */
  appendEntry(messageId: number, { snapshot, id, selection }: EntryAnswer): void {
    const idElement = encodeUnsigned(Tag.integer, messageId);
    const bound = snapshot.entrySize(id, selection);
    const head = headerLength(idElement.length + bound);
    const buffer = this.#reserve(head + idElement.length + bound);
    const content = this.#length + head;
    buffer.set(idElement, content);
    const end = snapshot.writeEntry(id, selection, buffer, content + idElement.length);
    writeHeader(buffer, this.#length, Tag.sequence, end - content, head);
    this.#length = end;
    this.#schedule();
  }

  // 'drain' would not do: it comes only above the socket's own mark, which may be higher than ours.
  readonly #onWritten = (): void => {
    if (!this.isFull) this.#wake();
  };

  /** Hands what was gathered to the socket. */
  flush(): void {
    const buffer = this.#buffer;
    if (this.#length === 0 || buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#length);
    this.#length = 0;
    this.#buffer = undefined;
    if (!this.#socket.writable) return;
    this.#socket.write(bytes, this.#onWritten);
    // The kernel has taken all of it, so nobody will read the buffer again.
    if (this.#socket.writableLength === 0 && buffer.length <= keptAllocation) this.#buffer = buffer;
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
    const grown = Buffer.allocUnsafeSlow(Math.max(firstAllocation, needed, (current?.length ?? 0) * 2));
    current?.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
    return grown;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
