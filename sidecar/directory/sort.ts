import { findAttribute, orderedSyntaxes } from './attributes.ts';
import { findMatchingRule, type RuleKind } from './matching-rules.ts';
import type { EntryId, Snapshot } from './snapshot.ts';
import { prepareExactText, toByteString } from './string-preparation.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';
import { toKey } from './values.ts';

/** One key to sort by, as a client asks for it (RFC 2891 §1.1). */
export interface SortWish {
  /** Name or OID of an attribute type. */
  readonly attribute: string;
  /** Name or OID of an ordering rule; undefined = the attribute's own. */
  readonly rule: string | undefined;
  readonly reverse: boolean;
}

/** A key whose attribute and rule are known here. */
export interface SortKey {
  /** Name of the attribute type. */
  readonly attribute: string;
  /** An entry's key: the least of its values; undefined when it has none. */
  keyOf(snapshot: Snapshot, id: EntryId): string | undefined;
  readonly reverse: boolean;
}

/** Why a wish cannot be granted: nobody knows the attribute, or values of it have no such order. */
export type SortFault = 'no-such-attribute' | 'inappropriate-matching';

/** Rules of equality stand for the order that goes with them: clients name them too. */
const orders: Readonly<Partial<Record<RuleKind, 'plain' | 'exact'>>> = {
  ordering: 'plain',
  equality: 'plain',
  'exact-ordering': 'exact',
  exact: 'exact',
};

/** Finds what a wish names. */
export function resolveSortKey({ attribute, rule, reverse }: SortWish): SortKey | SortFault {
  const type = findAttribute(attribute);
  const known = type ?? findUnservedAttribute(attribute);
  if (known === undefined) return 'no-such-attribute';
  const { name, syntax } = known;
  if (syntax === undefined || !orderedSyntaxes.has(syntax)) return 'inappropriate-matching';
  const matching = rule === undefined ? undefined : findMatchingRule(rule);
  const order = rule === undefined ? 'plain' : matching === undefined ? undefined : orders[matching.kind];
  if (order === undefined || matching?.syntaxes.includes(syntax) === false) return 'inappropriate-matching';
  if (type === undefined) return { attribute: name, keyOf: () => undefined, reverse };
  const toSortKey =
    order === 'exact'
      ? (value: string) => toByteString(prepareExactText(value))
      : (value: string) => toKey(type.syntax, value);
  const keyOf = (snapshot: Snapshot, id: EntryId) => {
    let least: string | undefined;
    for (const value of snapshot.valuesOf(id, type)) {
      const key = toSortKey(value);
      if (key !== undefined && (least === undefined || key < least)) least = key;
    }
    return least;
  };
  return { attribute: name, keyOf, reverse };
}

/** Entries looked at, or put in order, between two yields. */
const stepSize = 1024;

/**
 * Sorts entries by keys, the first one first; entries that lack a key are larger than all others (RFC 2891 §2.2), and what is equal
 * stays in its order. Yields now and then, so that a large result need not be sorted in one go.
 */
export function* sortEntries(
  snapshot: Snapshot,
  ids: Uint32Array,
  keys: readonly SortKey[],
): Generator<undefined, Uint32Array> {
  const columns = keys.map(() => new Array<string | undefined>(ids.length));
  for (const [place, id] of ids.entries()) {
    for (const [index, key] of keys.entries()) (columns[index] ?? [])[place] = key.keyOf(snapshot, id);
    if (place % stepSize === stepSize - 1) yield;
  }
  const compare = (a: number, b: number) => {
    for (const [index, { reverse }] of keys.entries()) {
      const order = compareKeys(columns[index]?.[a], columns[index]?.[b]);
      if (order !== 0) return reverse ? -order : order;
    }
    return a - b;
  };
  const places = yield* mergeSort(ids.length, compare);
  return places.map((place) => ids[place] ?? 0);
}

/** The numbers below `count` in order: sorted runs, merged two by two. */
function* mergeSort(count: number, compare: (a: number, b: number) => number): Generator<undefined, Uint32Array> {
  let from = Uint32Array.from({ length: count }, (_, place) => place);
  for (let start = 0; start < count; start += stepSize) {
    from.subarray(start, start + stepSize).sort(compare);
    yield;
  }
  let to = new Uint32Array(count);
  for (let width = stepSize; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const isLeft = right === end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0);
        to[at] = from[isLeft ? left++ : right++] ?? 0;
        if (at % stepSize === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function compareKeys(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
