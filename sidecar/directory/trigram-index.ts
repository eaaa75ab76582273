/** Values of a table that one block of the trigram index stands for. */
export const valuesPerBlock = 64;
/** Trigrams of a filter that are looked up; more cannot narrow much further. */
const maxLookups = 48;
/** A list longer than this for each block that is left takes longer to read than those blocks. */
const worthwhileOctets = 256;

/**
 * Which trigrams (three octets in a row, the separators around a value counted) occur in which blocks of a table's values. It tells where
 * a substring may be, so that a few blocks are read instead of all text.
 */
export interface TrigramParts<Memory extends ArrayBufferLike = ArrayBufferLike> {
  /** Every trigram of the table as a number, ascending. */
  readonly trigrams: Uint32Array<Memory>;
  /** Where the list of each ends; an empty list = too many blocks to be worth one. */
  readonly listEnds: Uint32Array<Memory>;
  /** Ascending block numbers: the first, then differences, each in base 128, least significant first, the top bit set on all but the last octet. */
  readonly lists: Uint8Array<Memory>;
}

/** The number of the trigram whose first octet is at `at`. */
export function trigramAt(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 16) | ((octets[at + 1] ?? 0) << 8) | (octets[at + 2] ?? 0);
}

/** Reads a trigram index in place. */
export class TrigramIndex {
  readonly #parts: TrigramParts;

  constructor(parts: TrigramParts) {
    this.#parts = parts;
  }

  /**
   * Blocks, ascending, outside of which no value has all of these pieces; undefined when that cannot be told: a piece of fewer than three
   * octets says nothing, and neither does one that occurs nearly everywhere.
   */
  candidates(pieces: readonly Uint8Array[]): Uint32Array | undefined {
    const lists = this.#findLists(pieces);
    if (lists === undefined) return new Uint32Array();
    lists.sort((a, b) => this.#lengthOf(a) - this.#lengthOf(b));
    let blocks: Uint32Array | undefined;
    for (const list of lists) {
      if (blocks === undefined) blocks = this.#read(list);
      else if (this.#lengthOf(list) > blocks.length * worthwhileOctets) break;
      else blocks = this.#retain(blocks, list);
    }
    return blocks;
  }

  /** Lists of the pieces' trigrams, those that have one; undefined when a trigram occurs nowhere. */
  #findLists(pieces: readonly Uint8Array[]): number[] | undefined {
    const lists: number[] = [];
    let lookups = 0;
    for (const piece of pieces) {
      for (let at = 0; at + 2 < piece.length && lookups < maxLookups; at++, lookups++) {
        const place = this.#find(trigramAt(piece, at));
        if (place === -1) return undefined;
        if (this.#lengthOf(place) > 0) lists.push(place);
      }
    }
    return lists;
  }

  #find(trigram: number): number {
    const { trigrams } = this.#parts;
    let low = 0;
    for (let high = trigrams.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((trigrams[middle] ?? 0) < trigram) low = middle + 1;
      else high = middle;
    }
    return trigrams[low] === trigram ? low : -1;
  }

  #startOf(place: number): number {
    return place === 0 ? 0 : (this.#parts.listEnds[place - 1] ?? 0);
  }

  #lengthOf(place: number): number {
    return (this.#parts.listEnds[place] ?? 0) - this.#startOf(place);
  }

  #read(place: number): Uint32Array {
    const { lists, listEnds } = this.#parts;
    const blocks = new Uint32Array(this.#lengthOf(place));
    const end = listEnds[place] ?? 0;
    let count = 0;
    let block = 0;
    for (let at = this.#startOf(place); at < end; ) {
      let octet = lists[at++] ?? 0;
      let difference = octet & 0x7f;
      for (let shift = 7; octet >= 0x80; shift += 7) {
        octet = lists[at++] ?? 0;
        difference |= (octet & 0x7f) << shift;
      }
      block += difference;
      blocks[count++] = block;
    }
    return blocks.subarray(0, count);
  }

  #retain(blocks: Uint32Array, place: number): Uint32Array {
    const others = this.#read(place);
    let kept = 0;
    let other = 0;
    for (const block of blocks) {
      while (other < others.length && (others[other] ?? 0) < block) other++;
      if (others[other] === block) blocks[kept++] = block;
    }
    return blocks.subarray(0, kept);
  }
}
