import { type AttributeType, attributeTypes, findAttribute, type Syntax } from './attributes.ts';
import { unite } from './combined-sets.ts';
import type { DirectoryIndex } from './directory-index.ts';
import { compileDnParts } from './dn-parts-match.ts';
import type { ExtensibleItem } from './filter.ts';
import { createFilteredSet } from './filtered-set.ts';
import { createSetOf, emptySet, IdList, type IdSet } from './id-sets.ts';
import { findMatchingRule, isExtensibleRule, type MatchingRule, type RuleKind } from './matching-rules.ts';
import { fromIntegerKey } from './number-values.ts';
import { prepareExactText } from './string-preparation.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';
import { decodeAssertion, toAssertionKey } from './values.ts';

/**
 * The entries an extensible match (RFC 4511 §4.5.1.7.7) is TRUE for; undefined when it is Undefined: unknown attribute or
 * rule, a rule not meant for the attribute, or a value not of the syntax.
 */
export function compileExtensible(item: ExtensibleItem, index: DirectoryIndex): IdSet | undefined {
  if (item.rule === undefined && item.attribute === undefined) return undefined;
  const rule = item.rule === undefined ? undefined : findMatchingRule(item.rule);
  if (item.rule !== undefined && (rule === undefined || !isExtensibleRule(rule))) return undefined;
  const sets = [...compileValues(item, rule, index), ...(item.dnAttributes ? compileDnParts(item, rule, index) : [])];
  return sets.length === 0 ? undefined : unite(sets, index.entryCount);
}

/** {@link compileExtensible} of the parts of DNs alone. */
export function compileDnMatch(item: ExtensibleItem, index: DirectoryIndex): IdSet | undefined {
  const rule = item.rule === undefined ? undefined : findMatchingRule(item.rule);
  return compileDnParts(item, rule, index)[0];
}

/** The entries with a value that the rule holds equal; nothing when that is Undefined. */
function compileValues(item: ExtensibleItem, rule: MatchingRule | undefined, index: DirectoryIndex): readonly IdSet[] {
  const fits = (syntax: Syntax) => rule === undefined || rule.syntaxes.includes(syntax);
  if (item.attribute === undefined) {
    return attributeTypes
      .filter(({ syntax }) => fits(syntax))
      .map((type) => applyRule(rule?.kind ?? 'equality', type, item.value, index))
      .filter((set) => set !== undefined);
  }
  const type = findAttribute(item.attribute);
  if (type === undefined) {
    const unserved = findUnservedAttribute(item.attribute)?.syntax;
    return unserved !== undefined && fits(unserved) && toAssertionKey(unserved, item.value) !== undefined
      ? [emptySet]
      : [];
  }
  const set = fits(type.syntax) ? applyRule(rule?.kind ?? 'equality', type, item.value, index) : undefined;
  return set === undefined ? [] : [set];
}

function applyRule(kind: RuleKind, type: AttributeType, value: Uint8Array, index: DirectoryIndex): IdSet | undefined {
  const key = toAssertionKey(type.syntax, value);
  if (key === undefined) return undefined;
  const { table, postings, bearersOf } = index.attribute(type);
  if (kind === 'equality') return bearersOf(key);
  if (kind === 'exact') {
    const wanted = prepareExactText(decodeAssertion(value) ?? '');
    const isExact = (id: number) => index.records.valuesOf(id, type.id).some((own) => prepareExactText(own) === wanted);
    return createFilteredSet(bearersOf(key), isExact);
  }
  const mask = fromIntegerKey(key);
  const ids = new IdList();
  for (let number = 0; number < table.count; number++) {
    const bits = fromIntegerKey(table.keyAt(number)) & mask;
    if (kind === 'all-bits' ? bits === mask : bits !== 0n) postings.addTo(ids, number);
  }
  return createSetOf(ids.view(), index.entryCount);
}
