import { IdList, type IdSet } from './id-sets.ts';

/** Tests of an id by an item of the filter in one step: about a millisecond. */
const testsPerStep = 32_768;

/**
 * The ids of a set from `from` up to `to`, ascending, collected in steps of about a millisecond: one with each item taken, after which the
 * caller may let others go first. `items` is how many the filter has. The last step returns the ids.
 */
export function* collectInSteps(
  set: IdSet,
  from: number,
  to: number,
  items: number,
): Generator<undefined, Uint32Array, undefined> {
  const found = new IdList();
  if (from < to && set.prepare !== undefined) yield* set.prepare();
  const width = Math.max(1, Math.floor(testsPerStep / items));
  for (let start = from; start < to; start += width) {
    set.collect(start, Math.min(start + width, to), found);
    yield;
  }
  return found.toArray();
}
