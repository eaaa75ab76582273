/** Room for the answers of a tick; most connections never need more. */
const smallSize = 16 * 1024;
/** Kept of each size: a thread writes for one connection at a time, or few. */
const maxKept = 8;

/**
 * Memory that the connections of a thread write answers into. It goes from one to the next, so that thousands of idle ones hold none
 * and a large result does not make new memory for every part of it.
 */
export class WriteBuffers {
  readonly #largeSize: number;
  readonly #small: Buffer[] = [];
  readonly #large: Buffer[] = [];

  /** `backlogBytes`: what gathers at most before it is written, but for one answer more. */
  constructor(backlogBytes: number) {
    this.#largeSize = backlogBytes + 64 * 1024;
  }

  /** A buffer of at least `bytes`; what it holds is of no meaning. */
  take(bytes: number): Buffer {
    if (bytes <= smallSize) return this.#small.pop() ?? Buffer.allocUnsafeSlow(smallSize);
    if (bytes <= this.#largeSize) return this.#large.pop() ?? Buffer.allocUnsafeSlow(this.#largeSize);
    return Buffer.allocUnsafeSlow(bytes);
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  giveBack(buffer: Buffer): void {
    const kept =
      buffer.length === smallSize ? this.#small : buffer.length === this.#largeSize ? this.#large : undefined;
    if (kept !== undefined && kept.length < maxKept) kept.push(buffer);
  }
}
