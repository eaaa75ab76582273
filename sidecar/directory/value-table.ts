import { hashKey, slotOf } from './key-hash.ts';
import { TrigramIndex, type TrigramParts, valuesPerBlock } from './trigram-index.ts';

/** Never part of UTF-8, so it stands before the first value and behind each. */
export const separator = 0xff;

/** The distinct values of one or several attributes as they lie in the block. */
export interface ValueTableParts<Memory extends ArrayBufferLike = ArrayBufferLike> {
  /** Keys as octets, a separator around each. */
  readonly text: Uint8Array<Memory>;
  /** Where each key begins in the text; one more than there are values. */
  readonly starts: Uint32Array<Memory>;
  /** Open addressing with linear probing; index of the value + 1, 0 = free. */
  readonly slots: Uint32Array<Memory>;
}

/** Reads a table of distinct values in place. Keys are byte strings. */
export class ValueTable {
  readonly count: number;
  readonly #text: Buffer;
  readonly #starts: Uint32Array;
  readonly #slots: Uint32Array;
  readonly #trigrams: TrigramIndex | undefined;

  constructor({ text, starts, slots }: ValueTableParts, trigrams?: TrigramParts) {
    this.#text = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    this.#starts = starts;
    this.#slots = slots;
    this.#trigrams = trigrams && new TrigramIndex(trigrams);
    this.count = starts.length - 1;
  }

  /** Index of a key, -1 when no entry has it. */
  find(key: string): number {
    const slots = this.#slots;
    if (slots.length === 0) return -1;
    for (let slot = slotOf(hashKey(key), slots.length); ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
      const index = (slots[slot] ?? 0) - 1;
      if (index === -1 || this.#equals(index, key)) return index;
    }
  }

  keyAt(index: number): string {
    return this.#text.toString('latin1', this.#starts[index], (this.#starts[index + 1] ?? 0) - 1);
  }

  /** In a sorted table: how many keys are smaller than this one. */
  lowerBound(key: string): number {
    let low = 0;
    for (let high = this.count; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.#isSmaller(middle, key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Blocks of {@link valuesPerBlock} values, ascending, outside of which no key has all of these pieces; undefined when it cannot be
   * told. A separator at an end of a piece pins it to that end of the key.
   */
  blocksWith(pieces: readonly Uint8Array[]): Uint32Array | undefined {
    return this.#trigrams?.candidates(pieces);
  }

  /** Visits every index, ascending, whose key contains `needle`, pinned as in {@link blocksWith}. The search runs in native code: gigabytes a second. */
  scan(needle: Buffer, visit: (index: number) => void): void {
    this.#scanRange(needle, 0, this.count, visit);
  }

  /** {@link scan} of some blocks alone. */
  scanBlocks(needle: Buffer, blocks: Uint32Array, visit: (index: number) => void): void {
    for (let at = 0; at < blocks.length; ) {
      const first = blocks[at++] ?? 0;
      let end = first + 1;
      while (blocks[at] === end) {
        end++;
        at++;
      }
      this.#scanRange(needle, first * valuesPerBlock, Math.min(end * valuesPerBlock, this.count), visit);
    }
  }

  /** Of the values from index `from` up to `to`. */
  #scanRange(needle: Buffer, from: number, to: number, visit: (index: number) => void): void {
    if (from >= to) return;
    const start = (this.#starts[from] ?? 0) - 1;
    const text = this.#text.subarray(start, this.#starts[to]);
    // A needle that begins with the separator is found one octet before its key.
    const shift = needle[0] === separator ? 1 : 0;
    let index = from;
    for (let at = text.indexOf(needle); at !== -1; ) {
      index = this.#indexAt(start + at + shift, index);
      visit(index++);
      at = index >= to ? -1 : text.indexOf(needle, (this.#starts[index] ?? 0) - 1 - start);
    }
  }

  #indexAt(offset: number, from: number): number {
    let step = 1;
    let low = from;
    while (low + step < this.count && (this.#starts[low + step] ?? 0) <= offset) {
      low += step;
      step *= 2;
    }
    for (let high = Math.min(low + step, this.count); high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  #isSmaller(index: number, key: string): boolean {
    const start = this.#starts[index] ?? 0;
    const length = (this.#starts[index + 1] ?? 0) - start - 1;
    const shorter = Math.min(length, key.length);
    for (let at = 0; at < shorter; at++) {
      const difference = (this.#text[start + at] ?? 0) - key.charCodeAt(at);
      if (difference !== 0) return difference < 0;
    }
    return length < key.length;
  }

  #equals(index: number, key: string): boolean {
    const start = this.#starts[index] ?? 0;
    if ((this.#starts[index + 1] ?? 0) - start - 1 !== key.length) return false;
    for (let at = 0; at < key.length; at++) if (this.#text[start + at] !== key.charCodeAt(at)) return false;
    return true;
  }
}

/** The separator as a byte string, for {@link ValueTable.scan}. */
export const keyBoundary = '\xff';
