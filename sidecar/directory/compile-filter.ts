import { DomainError } from '../core/errors.ts';
import { findAttribute } from './attributes.ts';
import { complement, intersect, unite } from './combined-sets.ts';
import type { DirectoryIndex } from './directory-index.ts';
import { compileDnMatch, compileExtensible } from './extensible-match.ts';
import type { FilterItem, PlannedFilter } from './filter.ts';
import { emptySet, type IdSet } from './id-sets.ts';
import { matchPieces } from './match-pieces.ts';
import { isFalseEverywhere } from './unserved-match.ts';
import { createMatchSet, matchAtLeast, matchAtMost } from './value-matches.ts';
import { toAssertionKey, toFragmentKey } from './values.ts';

const maxDepth = 100;
const maxItems = 10_000;

/**
 * The entries that a filter is TRUE for (RFC 4511 §4.5.1.7). Whether an item is Undefined depends on the item alone, never on the
 * entry; so once each NOT stands at a leaf, Undefined counts as no entry on both sides of a negation.
 * Throws `invalid_input` for a filter nested more than 100 deep or of more than 10,000 items.
 */
export function compileFilter(filter: PlannedFilter, index: DirectoryIndex): IdSet {
  let items = 0;
  const compile = (part: PlannedFilter, negated: boolean, depth: number): IdSet => {
    if (++items > maxItems) throw new DomainError('invalid_input', 'the search filter has more than 10,000 items');
    if (depth > maxDepth) throw new DomainError('invalid_input', 'the search filter is nested more than 100 deep');
    if (part.kind === 'not') return compile(part.filter, !negated, depth + 1);
    if ('filters' in part) {
      const sets = part.filters.map((child) => compile(child, negated, depth + 1));
      // De Morgan; an empty AND is TRUE and an empty OR is FALSE (RFC 4526).
      return (part.kind === 'and') !== negated ? intersect(sets, index.entryCount) : unite(sets, index.entryCount);
    }
    const set = compilePlanned(part, index);
    if (set === undefined) return emptySet;
    return negated ? complement(set, index.entryCount) : set;
  };
  return compile(filter, false, 0);
}

/** The parts of a filter, itself and those inside it. For one that {@link compileFilter} took. */
export function countItems(filter: PlannedFilter): number {
  if (filter.kind === 'not') return 1 + countItems(filter.filter);
  return 'filters' in filter ? filter.filters.reduce((sum, part) => sum + countItems(part), 1) : 1;
}

type PlannedItem = Exclude<PlannedFilter, { readonly kind: 'and' | 'or' | 'not' }>;

function compilePlanned(part: PlannedItem, index: DirectoryIndex): IdSet | undefined {
  switch (part.kind) {
    case 'undefined':
      return undefined;
    case 'entries':
      return index.setOfEntries(part.ids);
    case 'dn-parts':
      return compileDnMatch(part.item, index);
    default:
      return compileItem(part, index);
  }
}

/** The entries an item is TRUE for; undefined when it is Undefined. */
function compileItem(item: FilterItem, index: DirectoryIndex): IdSet | undefined {
  if (item.kind === 'extensible') return compileExtensible(item, index);
  const type = findAttribute(item.attribute);
  if (type === undefined) return isFalseEverywhere(item) ? emptySet : undefined;
  const attribute = index.attribute(type);
  switch (item.kind) {
    case 'present':
      return attribute.presence;
    case 'substring': {
      const initial = toPiece(item.initial, 'initial');
      const any = item.any.map((piece) => toPiece(piece, 'any'));
      const final = toPiece(item.final, 'final');
      if (initial === undefined || final === undefined || !any.every((piece) => piece !== undefined)) return undefined;
      if (initial + any.join('') + final === '') return attribute.presence;
      return createMatchSet(attribute, index, matchPieces({ initial, any, final }, type.ordered));
    }
    // An approximate match that no syntax defines further is equality (RFC 4511 §4.5.1.7.6).
    case 'equal':
    case 'approx': {
      const key = toAssertionKey(type.syntax, item.value);
      return key === undefined ? undefined : attribute.bearersOf(key);
    }
    case 'greaterOrEqual':
    case 'lessOrEqual': {
      const key = type.ordered ? toAssertionKey(type.syntax, item.value) : undefined;
      if (key === undefined) return undefined;
      const match = item.kind === 'greaterOrEqual' ? matchAtLeast(key) : matchAtMost(key);
      return createMatchSet(attribute, index, match);
    }
  }

  function toPiece(piece: Uint8Array | undefined, place: 'initial' | 'any' | 'final'): string | undefined {
    return toFragmentKey(type?.syntax ?? 'text', piece ?? new Uint8Array(), place);
  }
}
