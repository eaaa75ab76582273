import type { Fingerprint } from './fingerprints.ts';

export interface CompactTableOptions {
  /** Words of the fingerprint that are kept. */
  readonly keyWords: number;
  readonly valueWords: number;
  /** Most records; one more replaces the oldest. */
  readonly capacity: number;
  /** Whether a record should not be the next to go. */
  readonly isWorthKeeping?: (record: number) => boolean;
}

const firstCapacity = 1024;
/** How many records worth keeping are passed over before one has to go all the same. */
const maxSpared = 16;

/**
 * A bounded hash table of small numbers by fingerprint, in typed arrays: records in a ring by age, and an open-addressing index over
 * it. A record's number holds until it is replaced, so keep keys across waits, not numbers.
 */
export class CompactTable {
  readonly #options: CompactTableOptions;
  readonly #stride: number;
  #limit: number;
  #records: Uint32Array;
  /** Record numbers plus one; 0 is free. */
  #index: Uint32Array;
  #count = 0;
  #oldest = 0;

  constructor(options: CompactTableOptions) {
    this.#options = options;
    this.#stride = options.keyWords + options.valueWords;
    this.#limit = Math.min(options.capacity, firstCapacity);
    this.#records = new Uint32Array(this.#limit * this.#stride);
    this.#index = new Uint32Array(indexSizeFor(this.#limit));
  }

  get size(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#records.byteLength + this.#index.byteLength;
  }

  /** The record of a key, or -1. */
  find(key: Fingerprint): number {
    const mask = this.#index.length - 1;
    for (let slot = (key[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const record = (this.#index[slot] ?? 0) - 1;
      if (record === -1 || this.#hasKey(record, key)) return record;
    }
  }

  /** The record of a key, made with all values 0 when there is none. */
  ensure(key: Fingerprint): number {
    const found = this.find(key);
    return found === -1 ? this.#add(key) : found;
  }

  get(record: number, column: number): number {
    return this.#records[record * this.#stride + this.#options.keyWords + column] ?? 0;
  }

  set(record: number, column: number, value: number): void {
    this.#records[record * this.#stride + this.#options.keyWords + column] = value;
  }

  #hasKey(record: number, key: Fingerprint): boolean {
    const start = record * this.#stride;
    for (let word = 0; word < this.#options.keyWords; word++) {
      if (this.#records[start + word] !== key[word]) return false;
    }
    return true;
  }

  #add(key: Fingerprint): number {
    if (this.#count === this.#limit && this.#limit < this.#options.capacity) this.#grow();
    const record = this.#count < this.#limit ? this.#count++ : this.#replaceOldest();
    const start = record * this.#stride;
    this.#records.fill(0, start, start + this.#stride);
    this.#records.set(key.subarray(0, this.#options.keyWords), start);
    this.#link(record);
    return record;
  }

  #replaceOldest(): number {
    const { isWorthKeeping } = this.#options;
    for (let spared = 0; spared < maxSpared && isWorthKeeping?.(this.#oldest) === true; spared++) this.#passOldest();
    const record = this.#oldest;
    this.#passOldest();
    this.#unlink(record);
    return record;
  }

  #passOldest(): void {
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }

  #homeOf(record: number): number {
    return (this.#records[record * this.#stride] ?? 0) & (this.#index.length - 1);
  }

  #link(record: number): void {
    const mask = this.#index.length - 1;
    let slot = this.#homeOf(record);
    while (this.#index[slot] !== 0) slot = (slot + 1) & mask;
    this.#index[slot] = record + 1;
  }

  /** Closes the gap behind it, so that no search ends too early (linear probing without tombstones). */
  #unlink(record: number): void {
    const mask = this.#index.length - 1;
    let gap = this.#homeOf(record);
    while (this.#index[gap] !== record + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; this.#index[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#homeOf((this.#index[slot] ?? 0) - 1);
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      this.#index[gap] = this.#index[slot] ?? 0;
      gap = slot;
    }
    this.#index[gap] = 0;
  }

  #grow(): void {
    this.#limit = Math.min(this.#options.capacity, this.#limit * 2);
    const records = new Uint32Array(this.#limit * this.#stride);
    records.set(this.#records);
    this.#records = records;
    this.#index = new Uint32Array(indexSizeFor(this.#limit));
    for (let record = 0; record < this.#count; record++) this.#link(record);
  }
}

/** A power of two that stays at most half full. */
function indexSizeFor(records: number): number {
  return 2 ** Math.ceil(Math.log2(records * 2));
}
