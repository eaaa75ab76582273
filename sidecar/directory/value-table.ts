import { hashKey, slotOf } from './key-hash.ts';

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

  constructor({ text, starts, slots }: ValueTableParts) {
    this.#text = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    this.#starts = starts;
    this.#slots = slots;
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

  /** Octets of all keys: what a scan has to read. */
  get length(): number {
    return this.#text.length;
  }

  /** In a sorted table: how many keys are smaller than this one. */
  lowerBound(key: string): number {
    let low = 0;
    for (let high = this.count; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.keyAt(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Visits every index, ascending, whose key contains `needle`; a separator at its ends pins it to the ends of the key.
   * The search runs in native code: gigabytes a second.
   */
  scan(needle: Buffer, visit: (index: number) => void): void {
    let index = 0;
    for (let at = this.#text.indexOf(needle); at !== -1; ) {
      // A needle that begins with the separator was found one octet before its key.
      index = this.#indexAt(needle[0] === separator ? at + 1 : at, index);
      visit(index++);
      at = index === this.count ? -1 : this.#text.indexOf(needle, (this.#starts[index] ?? 0) - 1);
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

  #equals(index: number, key: string): boolean {
    const start = this.#starts[index] ?? 0;
    if ((this.#starts[index + 1] ?? 0) - start - 1 !== key.length) return false;
    for (let at = 0; at < key.length; at++) if (this.#text[start + at] !== key.charCodeAt(at)) return false;
    return true;
  }
}

/** The separator as a byte string, for {@link ValueTable.scan}. */
export const keyBoundary = '\xff';
