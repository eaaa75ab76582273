import { IdList, type IdSet } from './id-sets.ts';

/** The ids of a set that pass a test, which is asked for those alone that are wanted. */
export function createFilteredSet(set: IdSet, passes: (id: number) => boolean): IdSet {
  return {
    cost: set.cost,
    has: (id) => set.has(id) && passes(id),
    collect(from, to, found) {
      const all = new IdList();
      set.collect(from, to, all);
      for (const id of all.view()) if (passes(id)) found.push(id);
    },
    prepare: () => set.prepare?.() ?? [],
  };
}
