import { createFullSet, createSetOf, emptySet, IdList, type IdSet } from './id-sets.ts';

/** What is in every set. The cheapest leads: its ids are looked for in the others. */
export function intersect(sets: readonly IdSet[], entryCount: number): IdSet {
  let first = sets[0];
  for (const set of sets) {
    if (set === emptySet) return emptySet;
    if (first !== undefined && set.cost < first.cost) first = set;
  }
  if (first === undefined) return createFullSet(entryCount);
  const lead = first;
  const others = sets.filter((set) => set !== lead);
  if (others.length === 0) return lead;
  if (others.length > 1) others.sort((a, b) => a.cost - b.cost);
  const isInOthers = (id: number) => {
    for (const other of others) if (!other.has(id)) return false;
    return true;
  };
  return {
    cost: lead.cost,
    has: (id) => lead.has(id) && isInOthers(id),
    collect(from, to, found) {
      const candidates = new IdList();
      lead.collect(from, to, candidates);
      for (const id of candidates.view()) if (isInOthers(id)) found.push(id);
    },
    prepare: () => lead.prepare?.() ?? nothing,
  };
}

const nothing: Iterable<undefined> = [];

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
    *prepare() {
      for (const set of filled) if (set.prepare !== undefined) yield* set.prepare();
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
        if (next < id) found.pushRange(next, id);
        next = id + 1;
      }
      if (next < to) found.pushRange(next, to);
    },
    prepare: () => set.prepare?.() ?? nothing,
  };
}
