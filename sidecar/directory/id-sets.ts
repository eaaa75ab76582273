/** So few words lie in the array's own object: making it costs a tenth of what one with memory of its own does. */
const inlineCapacity = 16;

/** Ids found, ascending, in a buffer that grows. */
export class IdList {
  length = 0;
  #ids: Uint32Array;

  constructor(capacity = inlineCapacity) {
    this.#ids = new Uint32Array(Math.max(capacity, inlineCapacity));
  }

  push(id: number): void {
    if (this.length === this.#ids.length) this.reserve(this.length);
    this.#ids[this.length++] = id;
  }

  /** Adds every id of `from` ≤ id < `to`. */
  pushRange(from: number, to: number): void {
    if (this.length + to - from > this.#ids.length) this.reserve(to - from);
    for (let id = from; id < to; id++) this.#ids[this.length++] = id;
  }

  pushAll(ids: Uint32Array): void {
    if (this.length + ids.length > this.#ids.length) this.reserve(ids.length);
    this.#ids.set(ids, this.length);
    this.length += ids.length;
  }

  reserve(more: number): void {
    const larger = new Uint32Array(Math.max(this.length + more, this.#ids.length * 4));
    larger.set(this.view());
    this.#ids = larger;
  }

  /** The ids so far; valid until the next push. */
  view(): Uint32Array {
    return this.#ids.subarray(0, this.length);
  }

  /** Exactly the ids so far, in memory of their own. */
  toArray(): Uint32Array {
    return this.#ids.slice(0, this.length);
  }
}

/** Entries for which something is TRUE. Ids of 0 up to the number of entries. */
export interface IdSet {
  /** How many ids there are at most, or what the set costs to collect when that is more: the smallest child leads an AND. */
  readonly cost: number;
  has(id: number): boolean;
  /** Adds the ids of `from` ≤ id < `to`, ascending. */
  collect(from: number, to: number, found: IdList): void;
  /**
   * Does beforehand what the first {@link collect} would do once and for all, in steps of some milliseconds at most: one with each item
   * taken. Absent where there is nothing of the kind.
   */
  prepare?(): Iterable<undefined>;
}

export const emptySet: IdSet = { cost: 0, has: () => false, collect: () => undefined };

/** Every id below `count`. */
export function createFullSet(count: number): IdSet {
  return {
    cost: count,
    has: () => true,
    collect(from, to, found) {
      if (from < to) found.pushRange(from, to);
    },
  };
}

export function createSingleSet(only: number): IdSet {
  return {
    cost: 1,
    has: (id) => id === only,
    collect(from, to, found) {
      if (only >= from && only < to) found.push(only);
    },
  };
}

/** A set over an ascending list. */
export function createListSet(ids: Uint32Array): IdSet {
  return {
    cost: ids.length,
    has: (id) => ids[lowerBound(ids, id)] === id,
    collect(from, to, found) {
      found.pushAll(ids.subarray(lowerBound(ids, from), lowerBound(ids, to)));
    },
  };
}

/** A set over a bitmap: bit `id & 31` of word `id >> 5`. */
export function createBitmapSet(words: Uint32Array, count: number): IdSet {
  return {
    cost: count,
    has: (id) => (((words[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1,
    collect(from, to, found) {
      for (let index = from >>> 5; index << 5 < to; index++) {
        let word = (words[index] ?? 0) | 0;
        const first = index << 5;
        if (first < from) word &= -1 << (from - first);
        if (to - first < 32) word &= (1 << (to - first)) - 1;
        if (word === -1) {
          found.pushRange(first, first + 32);
          continue;
        }
        while (word !== 0) {
          const lowest = word & -word;
          found.push(first + 31 - Math.clz32(lowest));
          word ^= lowest;
        }
      }
    },
  };
}

/** A set from ids in any order, repeated or not; `limit` is the number of entries. Takes the memory of `ids`. */
export function createSetOf(ids: Uint32Array, limit: number): IdSet {
  if (ids.length === 0) return emptySet;
  if (ids.length * 64 < limit) return createListSet(sortDistinct(ids));
  const words = new Uint32Array((limit + 31) >>> 5);
  for (const id of ids) words[id >>> 5] = (words[id >>> 5] ?? 0) | (1 << (id & 31));
  return createBitmapSet(words, ids.length);
}

function sortDistinct(ids: Uint32Array): Uint32Array {
  ids.sort();
  let length = 1;
  for (let at = 1; at < ids.length; at++) if (ids[at] !== ids[at - 1]) ids[length++] = ids[at] ?? 0;
  return ids.subarray(0, length);
}

/** How many of ascending ids are smaller than this one. */
export function lowerBound(ids: Uint32Array, id: number): number {
  let low = 0;
  for (let high = ids.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
