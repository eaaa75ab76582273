import type { AttributeIndex, DirectoryIndex } from './directory-index.ts';
import { createSetOf, IdList, type IdSet } from './id-sets.ts';
import type { ValueTable } from './value-table.ts';
import { toKey } from './values.ts';

/** A test of values other than equality: by order or by pieces. Keys are byte strings (see values.ts). */
export interface ValueMatch {
  matches(key: string): boolean;
  /** How much {@link visit} has to read, counted in values. */
  cost(table: ValueTable): number;
  /** Visits the index of every matching value, ascending. */
  visit(table: ValueTable, found: (value: number) => void): void;
}

/** Values ≥ a key, in a sorted table. */
export function matchAtLeast(key: string): ValueMatch {
  return matchRange(
    (value) => value >= key,
    (table) => [table.lowerBound(key), table.count],
  );
}

/** Values ≤ a key, in a sorted table. */
export function matchAtMost(key: string): ValueMatch {
  return matchRange(
    (value) => value <= key,
    // No key sorts between one and the same with the lowest octet behind it.
    (table) => [0, table.lowerBound(`${key}\0`)],
  );
}

function matchRange(
  matches: ValueMatch['matches'],
  rangeOf: (table: ValueTable) => readonly [from: number, to: number],
): ValueMatch {
  return {
    matches,
    cost(table) {
      const [from, to] = rangeOf(table);
      return to - from;
    },
    visit(table, found) {
      const [from, to] = rangeOf(table);
      for (let value = from; value < to; value++) found(value);
    },
  };
}

/**
 * Entries with a value that matches. A few entries are tested by their own values; for more, or to find them all, the
 * attribute's whole table is gone through once.
 */
export function createMatchSet(
  { type, table, postings }: AttributeIndex,
  index: DirectoryIndex,
  match: ValueMatch,
): IdSet {
  let all: IdSet | undefined;
  const cost = match.cost(table);
  let probesLeft = 8 + (cost >>> 3);
  const findAll = () => {
    const ids = new IdList();
    match.visit(table, (value) => postings.addTo(ids, value));
    return createSetOf(ids.view(), index.entryCount);
  };
  const probe = (id: number) =>
    index.records.valuesOf(id, type.id).some((value) => {
      const key = toKey(type.syntax, value);
      return key !== undefined && match.matches(key);
    });
  return {
    cost,
    has(id) {
      if (all === undefined && probesLeft-- > 0) return probe(id);
      all ??= findAll();
      return all.has(id);
    },
    collect(from, to, found) {
      all ??= findAll();
      all.collect(from, to, found);
    },
    *prepare() {
      all ??= findAll();
      yield;
    },
  };
}
