import { createSetOf, emptySet, IdList, type IdSet } from './id-sets.ts';

/** What is in every set. */
export function intersect(sets: readonly IdSet[], entryCount: number): IdSet {
  if (sets.includes(emptySet)) return emptySet;
  const [first, ...others] = sets.toSorted((a, b) => a.cost - b.cost);
  if (first === undefined || others.length === 0) return first ?? complement(emptySet, entryCount);
  return {
    cost: first.cost,
    has: (id) => first.has(id) && others.every((other) => other.has(id)),
    collect(from, to, found) {
      const candidates = new IdList(Math.min(first.cost, to - from));
      first.collect(from, to, candidates);
      for (const id of candidates.view()) if (others.every((other) => other.has(id))) found.push(id);
    },
  };
}

/** What is in any set. */
export function unite(sets: readonly IdSet[], entryCount: number): IdSet {
  const filled = sets.filter((set) => set !== emptySet);
  const [first] = filled;
  if (first === undefined || filled.length === 1) return first ?? emptySet;
  return {
    cost: filled.reduce((sum, set) => sum + set.cost, 0),
    has: (id) => filled.some((set) => set.has(id)),
    collect(from, to, found) {
      const all = new IdList();
      for (const set of filled) set.collect(from, to, all);
      createSetOf(all.view(), entryCount).collect(from, to, found);
    },
  };
}

/** What is not in a set whose truth is defined for every entry. */
export function complement(set: IdSet, entryCount: number): IdSet {
  return {
    cost: entryCount,
    has: (id) => !set.has(id),
    collect(from, to, found) {
      const left = new IdList();
      set.collect(from, to, left);
      let next = from;
      for (const id of left.view()) {
        while (next < id) found.push(next++);
        next = id + 1;
      }
      while (next < to) found.push(next++);
    },
  };
}
