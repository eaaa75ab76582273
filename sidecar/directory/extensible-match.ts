import { type AttributeType, attributeTypes, findAttribute, type Syntax } from './attributes.ts';
import { unite } from './combined-sets.ts';
import type { DirectoryIndex } from './directory-index.ts';
import type { Filter } from './filter.ts';
import { createSetOf, IdList, type IdSet } from './id-sets.ts';
import { fromIntegerKey } from './number-values.ts';
import { prepareExactText } from './string-preparation.ts';
import { decodeAssertion, toAssertionKey } from './values.ts';

type ExtensibleItem = Extract<Filter, { readonly kind: 'extensible' }>;

/** How a rule decides. `equality`: as the syntax itself; `bits`: on the number's bits. */
interface MatchingRule {
  readonly names: readonly string[];
  readonly syntaxes: readonly Syntax[];
  readonly kind: 'equality' | 'exact' | 'all-bits' | 'any-bits';
}

const rules: readonly MatchingRule[] = [
  { names: ['caseIgnoreMatch', '2.5.13.2'], syntaxes: ['text'], kind: 'equality' },
  { names: ['caseIgnoreIA5Match', '1.3.6.1.4.1.1466.109.114.2'], syntaxes: ['text'], kind: 'equality' },
  { names: ['caseExactMatch', '2.5.13.5'], syntaxes: ['text'], kind: 'exact' },
  { names: ['caseExactIA5Match', '1.3.6.1.4.1.1466.109.114.1'], syntaxes: ['text'], kind: 'exact' },
  { names: ['telephoneNumberMatch', '2.5.13.20'], syntaxes: ['telephone'], kind: 'equality' },
  { names: ['distinguishedNameMatch', '2.5.13.1'], syntaxes: ['dn'], kind: 'equality' },
  // Active Directory's "in chain": our member and memberOf are effective, nesting is resolved before it is served.
  { names: ['1.2.840.113556.1.4.1941'], syntaxes: ['dn'], kind: 'equality' },
  { names: ['objectIdentifierMatch', '2.5.13.0'], syntaxes: ['object-class'], kind: 'equality' },
  { names: ['uuidMatch', '1.3.6.1.1.16.2'], syntaxes: ['uuid'], kind: 'equality' },
  { names: ['generalizedTimeMatch', '2.5.13.27'], syntaxes: ['time'], kind: 'equality' },
  { names: ['integerMatch', '2.5.13.14'], syntaxes: ['integer'], kind: 'equality' },
  { names: ['booleanMatch', '2.5.13.13'], syntaxes: ['boolean'], kind: 'equality' },
  // Active Directory's bit rules; `(!(userAccountControl:1.2.840.113556.1.4.803:=2))` is the usual "not disabled".
  { names: ['1.2.840.113556.1.4.803'], syntaxes: ['integer'], kind: 'all-bits' },
  { names: ['1.2.840.113556.1.4.804'], syntaxes: ['integer'], kind: 'any-bits' },
];

const ruleByName = new Map(rules.flatMap((rule) => rule.names.map((name) => [name.toLowerCase(), rule])));

/**
 * The entries an extensible match (RFC 4511 §4.5.1.7.7) is TRUE for; undefined when it is Undefined: unknown attribute or
 * rule, a rule not meant for the attribute, a value not of the syntax, or `dnAttributes`, which is not offered.
 */
export function compileExtensible(item: ExtensibleItem, index: DirectoryIndex): IdSet | undefined {
  if (item.dnAttributes) return undefined;
  const rule = item.rule === undefined ? undefined : ruleByName.get(item.rule.toLowerCase());
  if (item.rule !== undefined && rule === undefined) return undefined;
  if (item.attribute !== undefined) {
    const type = findAttribute(item.attribute);
    if (type === undefined || (rule !== undefined && !rule.syntaxes.includes(type.syntax))) return undefined;
    return applyRule(rule?.kind ?? 'equality', type, item.value, index);
  }
  if (rule === undefined) return undefined;
  const types = attributeTypes.filter(({ syntax }) => rule.syntaxes.includes(syntax));
  const sets = types.map((type) => applyRule(rule.kind, type, item.value, index)).filter((set) => set !== undefined);
  return sets.length === 0 ? undefined : unite(sets, index.entryCount);
}

function applyRule(
  kind: MatchingRule['kind'],
  type: AttributeType,
  value: Uint8Array,
  index: DirectoryIndex,
): IdSet | undefined {
  const key = toAssertionKey(type.syntax, value);
  if (key === undefined) return undefined;
  const { table, postings } = index.attribute(type);
  if (kind === 'equality') return postings.setOf(table.find(key));
  const ids = new IdList();
  if (kind === 'exact') {
    const wanted = prepareExactText(decodeAssertion(value) ?? '');
    postings.setOf(table.find(key)).collect(0, index.entryCount, ids);
    const isExact = (id: number) => index.records.valuesOf(id, type.id).some((own) => prepareExactText(own) === wanted);
    return createSetOf(ids.view().filter(isExact), index.entryCount);
  }
  const mask = fromIntegerKey(key);
  for (let number = 0; number < table.count; number++) {
    const bits = fromIntegerKey(table.keyAt(number)) & mask;
    if (kind === 'all-bits' ? bits === mask : bits !== 0n) postings.addTo(ids, number);
  }
  return createSetOf(ids.view(), index.entryCount);
}
