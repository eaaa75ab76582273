import { GrowableOctets, GrowableWords, release } from './growable.ts';
import { hashKey, hashOctets, slotOf } from './key-hash.ts';
import { separator, type ValueTableParts } from './value-table.ts';

/** Slots of the finished hash table for each value. */
const slotsPerValue = 1.5;

/**
 * Collects distinct keys while a snapshot is built. Keys are kept as octets, nearly as they will lie in the block: as strings in a
 * Map the keys of a large company take several times the memory of the block itself.
 */
export class ValueTableBuilder {
  readonly #sorted: boolean;
  readonly #text = new GrowableOctets();
  /** Where the key of each number begins; one more than there are keys. */
  readonly #starts = new GrowableWords();
  /** Number of the key + 1, 0 = free; at most two thirds are taken. */
  #slots = new Uint32Array(64);

  constructor(sorted: boolean) {
    this.#sorted = sorted;
    this.#text.push(separator);
    this.#starts.push(1);
  }

  /** The number of a key (a byte string), given at first sight. */
  intern(key: string): number {
    const slots = this.#slots;
    let slot = slotOf(hashKey(key), slots.length);
    for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
      if (this.#equals(taken - 1, key)) return taken - 1;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    const number = this.#starts.length - 1;
    slots[slot] = number + 1;
    this.#text.pushKey(key);
    this.#text.push(separator);
    if (this.#text.length >= 0xffff_ffff) throw new RangeError('the values of one attribute take more than 4 GiB');
    this.#starts.push(this.#text.length);
    const slotCount = slots.length;
    if ((number + 1) * 3 > slotCount * 2) {
      release(slots);
      this.#slots = fillSlots(this.#text.view(), this.#starts.view(), slotCount * 2);
    }
    return number;
  }

  /**
   * The table, and the final index of each number that {@link intern} gave. With `sorted`, indexes follow the order of keys. Once only.
   */
  finish(): ValueTableParts<ArrayBuffer> & { readonly rankOf: Uint32Array<ArrayBuffer> } {
    release(this.#slots);
    const known = { text: this.#text.take(), starts: this.#starts.take() };
    const count = known.starts.length - 1;
    const order = Uint32Array.from({ length: count }, (_, number) => number);
    if (this.#sorted) order.sort((a, b) => compareKeys(known, a, b));
    const rankOf = new Uint32Array(count);
    for (let rank = 0; rank < count; rank++) rankOf[order[rank] ?? 0] = rank;
    const { text, starts } = this.#sorted ? reorder(known, order) : known;
    release(order);
    return { text, starts, slots: fillSlots(text, starts, Math.ceil(count * slotsPerValue)), rankOf };
  }

  #equals(number: number, key: string): boolean {
    const start = this.#starts.at(number);
    if (this.#starts.at(number + 1) - start - 1 !== key.length) return false;
    for (let at = 0; at < key.length; at++) if (this.#text.at(start + at) !== key.charCodeAt(at)) return false;
    return true;
  }
}

interface Keys {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly starts: Uint32Array<ArrayBuffer>;
}

/** Byte strings in the order of their octets. The separator behind each is greater than any octet of a key: a prefix must win by its length. */
function compareKeys({ text, starts }: Keys, a: number, b: number): number {
  const startA = starts[a] ?? 0;
  const startB = starts[b] ?? 0;
  const lengthA = (starts[a + 1] ?? 0) - startA - 1;
  const lengthB = (starts[b + 1] ?? 0) - startB - 1;
  const shorter = Math.min(lengthA, lengthB);
  for (let at = 0; at < shorter; at++) {
    const difference = (text[startA + at] ?? 0) - (text[startB + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** The same keys one behind the other in another order; those given are released. */
function reorder(known: Keys, order: Uint32Array): Keys {
  const text = new Uint8Array(known.text.length);
  const starts = new Uint32Array(order.length + 1);
  text[0] = separator;
  starts[0] = 1;
  let at = 1;
  for (let rank = 0; rank < order.length; rank++) {
    const number = order[rank] ?? 0;
    // With the separator behind the key.
    const end = known.starts[number + 1] ?? 0;
    for (let from = known.starts[number] ?? 0; from < end; from++) text[at++] = known.text[from] ?? 0;
    starts[rank + 1] = at;
  }
  release(known.text);
  release(known.starts);
  return { text, starts };
}

function fillSlots(text: Uint8Array, starts: Uint32Array, slotCount: number): Uint32Array<ArrayBuffer> {
  const slots = new Uint32Array(slotCount);
  for (let index = 0; index + 1 < starts.length; index++) {
    let slot = slotOf(hashOctets(text, starts[index] ?? 0, (starts[index + 1] ?? 0) - 1), slotCount);
    while (slots[slot] !== 0) slot = slot + 1 === slotCount ? 0 : slot + 1;
    slots[slot] = index + 1;
  }
  return slots;
}
