import type { AttributeIndex, DirectoryIndex } from './directory-index.ts';
import { createSetOf, IdList, type IdSet } from './id-sets.ts';
import { keyBoundary, type ValueTable } from './value-table.ts';
import { toKey } from './values.ts';

/** A test of values other than equality: by order or by pieces. Keys are byte strings (see values.ts). */
export interface ValueMatch {
  matches(key: string): boolean;
  /** Visits the index of every matching value. */
  visit(table: ValueTable, found: (value: number) => void): void;
}

/** Values ≥ a key, in a sorted table. */
export function matchAtLeast(key: string): ValueMatch {
  return {
    matches: (value) => value >= key,
    visit(table, found) {
      for (let value = table.lowerBound(key); value < table.count; value++) found(value);
    },
  };
}

/** Values ≤ a key, in a sorted table. */
export function matchAtMost(key: string): ValueMatch {
  return {
    matches: (value) => value <= key,
    visit(table, found) {
      // No key sorts between one and the same with the lowest octet behind it.
      const end = table.lowerBound(`${key}\0`);
      for (let value = 0; value < end; value++) found(value);
    },
  };
}

/** Values that contain the pieces in their order, none overlapping. '' stands for a piece not given; not all may be ''. */
export function matchPieces(initial: string, any: readonly string[], final: string): ValueMatch {
  const matches = (value: string) => {
    if (!value.startsWith(initial)) return false;
    let at = initial.length;
    for (const piece of any) {
      const place = value.indexOf(piece, at);
      if (place === -1) return false;
      at = place + piece.length;
    }
    return value.length - final.length >= at && value.endsWith(final);
  };
  const pinned = [initial && keyBoundary + initial, ...any, final && final + keyBoundary].filter(
    (piece) => piece !== '',
  );
  const needle = pinned.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
  return {
    matches,
    visit(table, found) {
      // With one piece the scan's finding is the answer.
      table.scan(Buffer.from(needle, 'latin1'), (value) => {
        if (pinned.length === 1 || matches(table.keyAt(value))) found(value);
      });
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
  let probesLeft = 16 + (table.count >>> 6);
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
    cost: (table.count + 1) >>> 1,
    has(id) {
      if (all === undefined && probesLeft-- > 0) return probe(id);
      all ??= findAll();
      return all.has(id);
    },
    collect(from, to, found) {
      all ??= findAll();
      all.collect(from, to, found);
    },
  };
}
