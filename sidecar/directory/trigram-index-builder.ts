import { GrowableOctets, GrowableWords, release } from './growable.ts';
import { slotOf } from './key-hash.ts';
import { type TrigramParts, trigramAt, valuesPerBlock } from './trigram-index.ts';
import { separator } from './value-table.ts';

/** A smaller table is read as quickly as an index of it. */
const leastBlocks = 16;
/** A trigram in a larger share of the blocks has no list. */
const largestShare = 1 / 4;

/** The trigram index of a table's text; undefined for a small table. `starts` is as in `ValueTableParts`. */
export function buildTrigrams(text: Uint8Array, starts: Uint32Array): TrigramParts<ArrayBuffer> | undefined {
  const count = starts.length - 1;
  const blockCount = Math.ceil(count / valuesPerBlock);
  if (blockCount < leastBlocks) return undefined;
  const collector = new TrigramCollector(Math.floor(blockCount * largestShare));
  for (let block = 0; block < blockCount; block++) {
    // From the separator before the block's first value to the one behind its last.
    const from = (starts[block * valuesPerBlock] ?? 1) - 1;
    const to = starts[Math.min((block + 1) * valuesPerBlock, count)] ?? 0;
    for (let at = from; at + 2 < to; at++) {
      if (text[at + 1] !== separator) collector.add(trigramAt(text, at), block);
    }
  }
  return collector.finish();
}

class TrigramCollector {
  readonly #mostBlocks: number;
  /** Number of the trigram + 1, 0 = free; at most half are taken. */
  #slots = new Uint32Array(1 << 14);
  readonly #trigrams = new GrowableWords();
  /** By number: blocks so far, and the last of them. */
  #counts = new Uint32Array(1 << 13);
  #latest = new Uint32Array(1 << 13);
  /** Each (number, block) met, in order of block. */
  readonly #numbers = new GrowableWords();
  readonly #blocks = new GrowableWords();

  constructor(mostBlocks: number) {
    this.#mostBlocks = mostBlocks;
  }

  add(trigram: number, block: number): void {
    const number = this.#numberOf(trigram);
    const count = this.#counts[number] ?? 0;
    if (count > this.#mostBlocks || (count > 0 && this.#latest[number] === block)) return;
    this.#counts[number] = count + 1;
    this.#latest[number] = block;
    if (count === this.#mostBlocks) return;
    this.#numbers.push(number);
    this.#blocks.push(block);
  }

  /** Once only. */
  finish(): TrigramParts<ArrayBuffer> {
    const codes = this.#trigrams.take();
    const order = orderOf(codes);
    const { grouped, ends } = this.#groupBlocks(codes.length);
    const trigrams = new Uint32Array(codes.length);
    const listEnds = new Uint32Array(codes.length);
    const lists = new GrowableOctets();
    for (let place = 0; place < order.length; place++) {
      const number = order[place] ?? 0;
      trigrams[place] = codes[number] ?? 0;
      if ((this.#counts[number] ?? 0) <= this.#mostBlocks) {
        let previous = 0;
        for (let at = ends[number - 1] ?? 0; at < (ends[number] ?? 0); at++) {
          const block = grouped[at] ?? 0;
          pushNumber(lists, block - previous);
          previous = block;
        }
      }
      listEnds[place] = lists.length;
    }
    for (const array of [codes, grouped, ends, this.#slots, this.#counts, this.#latest]) release(array);
    return { trigrams, listEnds, lists: lists.take() };
  }

  /** Blocks of each number one behind the other. */
  #groupBlocks(count: number) {
    const numbers = this.#numbers.take();
    const blocks = this.#blocks.take();
    const ends = new Uint32Array(count);
    for (const number of numbers) ends[number] = (ends[number] ?? 0) + 1;
    for (let number = 1; number < count; number++) ends[number] = (ends[number] ?? 0) + (ends[number - 1] ?? 0);
    const grouped = new Uint32Array(blocks.length);
    // From the back: ends become starts, so they are taken from a copy.
    const next = ends.slice();
    for (let at = blocks.length - 1; at >= 0; at--) {
      const number = numbers[at] ?? 0;
      const place = (next[number] ?? 0) - 1;
      next[number] = place;
      grouped[place] = blocks[at] ?? 0;
    }
    for (const array of [numbers, blocks, next]) release(array);
    return { grouped, ends };
  }

  #numberOf(trigram: number): number {
    const slots = this.#slots;
    let slot = startOf(trigram, slots.length);
    for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
      if (this.#trigrams.at(taken - 1) === trigram) return taken - 1;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    const number = this.#trigrams.length;
    slots[slot] = number + 1;
    this.#trigrams.push(trigram);
    if ((number + 1) * 2 >= slots.length) this.#enlarge();
    return number;
  }

  #enlarge(): void {
    const size = this.#slots.length * 2;
    release(this.#slots);
    this.#slots = new Uint32Array(size);
    this.#counts = new Uint32Array(this.#counts.buffer.transfer(size * 2));
    this.#latest = new Uint32Array(this.#latest.buffer.transfer(size * 2));
    for (let number = 0; number < this.#trigrams.length; number++) {
      let slot = startOf(this.#trigrams.at(number), size);
      while (this.#slots[slot] !== 0) slot = slot + 1 === size ? 0 : slot + 1;
      this.#slots[slot] = number + 1;
    }
  }
}

function startOf(trigram: number, slotCount: number): number {
  return slotOf(Math.imul(trigram, 0x9e37_79b1) >>> 0, slotCount);
}

/** Places of numbers in ascending order of what they stand for. */
function orderOf(codes: Uint32Array): Uint32Array {
  // A code has 24 bits and a place as many at most: together they are exact in a double.
  const sorted = Float64Array.from(codes, (code, number) => code * 0x100_0000 + number).sort();
  return Uint32Array.from(sorted, (both) => both % 0x100_0000);
}

function pushNumber(octets: GrowableOctets, number: number): void {
  let rest = number;
  for (; rest >= 0x80; rest >>>= 7) octets.push((rest & 0x7f) | 0x80);
  octets.push(rest);
}
