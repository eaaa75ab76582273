import { lowerBound } from './id-sets.ts';
import type { OverlayPlaces } from './overlay-block.ts';

/** Up to so many ids are looked up one by one; more are gone through beside the hidden ones. */
const fewIds = 32;

/** Which of the entries below are hidden, and what id an entry of the overlay has in the snapshot. */
export class OverlaidIds {
  readonly #ids: Uint32Array;
  readonly #hidden: Uint32Array;
  readonly #placeById: ReadonlyMap<number, number>;

  constructor({ ids, hidden }: OverlayPlaces) {
    this.#ids = ids;
    this.#hidden = hidden;
    this.#placeById = new Map(Array.from(ids, (id, place) => [id, place]));
  }

  /** Place in the overlay; undefined for an entry below. */
  placeOf(id: number): number | undefined {
    return this.#placeById.get(id);
  }

  idAt(place: number): number {
    return this.#ids[place] ?? 0;
  }

  /** Whether the entry below with this id is not served as it is there. */
  isHidden(id: number): boolean {
    return this.#hidden[lowerBound(this.#hidden, id)] === id;
  }

  /** Those of ascending ids below that are not hidden. */
  withoutHidden(found: Uint32Array): Uint32Array {
    if (found.length <= fewIds) return found.filter((id) => !this.isHidden(id));
    const hidden = this.#hidden;
    const left = new Uint32Array(found.length);
    let length = 0;
    let next = lowerBound(this.#hidden, found[0] ?? 0);
    for (const id of found) {
      while (next < hidden.length && (hidden[next] ?? 0) < id) next++;
      if (hidden[next] !== id) left[length++] = id;
    }
    return left.subarray(0, length);
  }
}

/** Two ascending lists as one. */
export function mergeAscending(one: Uint32Array, other: Uint32Array): Uint32Array {
  if (other.length === 0) return one;
  const merged = new Uint32Array(one.length + other.length);
  let next = 0;
  let length = 0;
  for (const id of one) {
    while (next < other.length && (other[next] ?? 0) < id) merged[length++] = other[next++] ?? 0;
    merged[length++] = id;
  }
  merged.set(other.subarray(next), length);
  return merged;
}
