import { GrowableOctets, GrowableWords, release } from './growable.ts';
import { createBitmapSet, createListSet, createSingleSet, emptySet, type IdList, type IdSet } from './id-sets.ts';

/** Top bit of a posting: the rest is a place in `lists`. Top bit of a list's first word: a bitmap follows. */
const flag = 0x8000_0000;
const none = 0xffff_ffff;

/** Which entries bear which value of one attribute, as it lies in the block. */
export interface PostingParts<Memory extends ArrayBufferLike = ArrayBufferLike> {
  /** By index of value: the only id, a place in `lists`, or none (the value is another attribute's). */
  readonly postings: Uint32Array<Memory>;
  /** Count of ids with the flag, then ascending ids or a bitmap over all entries, whichever is smaller. */
  readonly lists: Uint32Array<Memory>;
  /** Bitmap of the entries that have the attribute. */
  readonly presence: Uint32Array<Memory>;
}

/** Collects (value, entry) pairs of one attribute while a snapshot is built; entries come in ascending order. */
export class PostingsBuilder {
  readonly #values = new GrowableWords();
  readonly #ids = new AscendingIds();

  add(value: number, id: number): void {
    this.#values.push(value);
    this.#ids.push(id);
  }

  /** `rankOf` gives the final index of each value. Once only. */
  finish(rankOf: Uint32Array, entryCount: number): PostingParts<ArrayBuffer> {
    const ids = this.#ids.take(this.#values.length);
    const ranks = this.#values.take();
    for (let at = 0; at < ranks.length; at++) ranks[at] = rankOf[ranks[at] ?? 0] ?? 0;
    const ends = new Uint32Array(rankOf.length + 1);
    for (const rank of ranks) ends[rank + 1] = (ends[rank + 1] ?? 0) + 1;
    for (let rank = 0; rank < rankOf.length; rank++) ends[rank + 1] = (ends[rank + 1] ?? 0) + (ends[rank] ?? 0);
    const grouped = new Uint32Array(ids.length);
    const next = ends.slice();
    const presence = new Uint32Array((entryCount + 31) >>> 5);
    for (let at = 0; at < ranks.length; at++) {
      const rank = ranks[at] ?? 0;
      const id = ids[at] ?? 0;
      const place = next[rank] ?? 0;
      grouped[place] = id;
      next[rank] = place + 1;
      setBit(presence, id);
    }
    for (const array of [ids, ranks, next]) release(array);
    const postings = new Uint32Array(rankOf.length);
    const lists = new GrowableWords();
    for (let rank = 0; rank < rankOf.length; rank++) {
      const start = ends[rank] ?? 0;
      const end = ends[rank + 1] ?? 0;
      if (end - start === 1) postings[rank] = grouped[start] ?? none;
      else postings[rank] = end === start ? none : post(grouped, start, end, lists, entryCount);
    }
    release(grouped);
    release(ends);
    return { postings, lists: lists.take(), presence };
  }
}

/** An octet that stands for a step kept as a word: longer than fits. */
const longStep = 0xff;

/** Ids that never descend, kept as steps from one to the next: mostly 0 or 1. */
class AscendingIds {
  readonly #steps = new GrowableOctets();
  readonly #longSteps = new GrowableWords();
  #last = 0;

  push(id: number): void {
    const step = id - this.#last;
    this.#last = id;
    this.#steps.push(Math.min(step, longStep));
    if (step >= longStep) this.#longSteps.push(step);
  }

  /** All of them, `count` in number. Once only. */
  take(count: number): Uint32Array<ArrayBuffer> {
    const steps = this.#steps.take();
    const ids = new Uint32Array(count);
    let id = 0;
    let long = 0;
    for (let at = 0; at < count; at++) {
      const step = steps[at] ?? 0;
      id += step === longStep ? this.#longSteps.at(long++) : step;
      ids[at] = id;
    }
    release(steps);
    return ids;
  }
}

/** Adds the distinct ids of `grouped` from `start` to `end`; gives the posting. Two values of an entry may be equal by the matching rule. */
function post(grouped: Uint32Array, start: number, end: number, lists: GrowableWords, entryCount: number): number {
  const place = lists.length;
  if (place >= flag - 1) throw new RangeError('the index of one attribute takes more than 8 GiB');
  lists.push(0);
  let count = 0;
  let last = none;
  for (let at = start; at < end; at++) {
    const id = grouped[at] ?? none;
    if (id === last) continue;
    lists.push(id);
    last = id;
    count++;
  }
  const bitmapWords = (entryCount + 31) >>> 5;
  if (count < 2) lists.length = place;
  else if (count <= bitmapWords) lists.set(place, count);
  else {
    lists.length = place;
    lists.push((count | flag) >>> 0);
    const bitmap = new Uint32Array(bitmapWords);
    for (let at = start; at < end; at++) setBit(bitmap, grouped[at] ?? 0);
    for (const word of bitmap) lists.push(word);
  }
  return count < 2 ? last : (place | flag) >>> 0;
}

function setBit(words: Uint32Array, id: number): void {
  words[id >>> 5] = (words[id >>> 5] ?? 0) | (1 << (id & 31));
}

/** Reads the postings of one attribute in place. */
export class Postings {
  /** How many entries have the attribute, as a set. */
  readonly presence: IdSet;
  readonly #postings: Uint32Array;
  readonly #lists: Uint32Array;
  readonly #bitmapWords: number;

  constructor({ postings, lists, presence }: PostingParts) {
    this.#postings = postings;
    this.#lists = lists;
    this.#bitmapWords = presence.length;
    this.presence = createBitmapSet(presence, countBits(presence));
  }

  /** The entries that bear a value, by its index (-1 = a value that nobody has). */
  setOf(value: number): IdSet {
    const posting = value < 0 ? none : (this.#postings[value] ?? none);
    if (posting === none) return emptySet;
    if (posting < flag) return createSingleSet(posting);
    const { body, count, isBitmap } = this.#listAt(posting);
    return isBitmap ? createBitmapSet(body, count) : createListSet(body);
  }

  /** Adds the ids of a value to `ids`. */
  addTo(ids: IdList, value: number): void {
    const posting = this.#postings[value] ?? none;
    if (posting === none) return;
    if (posting < flag) {
      ids.push(posting);
      return;
    }
    const { body, isBitmap } = this.#listAt(posting);
    if (isBitmap) createBitmapSet(body, 0).collect(0, body.length * 32, ids);
    else ids.pushAll(body);
  }

  #listAt(posting: number): { readonly body: Uint32Array; readonly count: number; readonly isBitmap: boolean } {
    const place = posting & ~flag;
    const first = this.#lists[place] ?? 0;
    const count = first & ~flag;
    const isBitmap = first >= flag;
    const words = isBitmap ? this.#bitmapWords : count;
    return { body: this.#lists.subarray(place + 1, place + 1 + words), count, isBitmap };
  }
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (const word of words) {
    const pairs = word - ((word >>> 1) & 0x5555_5555);
    const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}
