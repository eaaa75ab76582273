import { attributeNamed, findAttribute, type Syntax } from './attributes.ts';
import type { DirectoryIndex } from './directory-index.ts';
import { escapeDnValue, nameOfType, parseDn } from './dn.ts';
import type { ExtensibleItem } from './filter.ts';
import { createFilteredSet } from './filtered-set.ts';
import type { IdSet } from './id-sets.ts';
import type { MatchingRule } from './matching-rules.ts';
import { foldText, prepareExactText, toByteString } from './string-preparation.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';
import { createMatchSet, type ValueMatch } from './value-matches.ts';
import { decodeAssertion } from './values.ts';

/**
 * The entries whose DN has a part that an extensible match with `dnAttributes` (RFC 4511 §4.5.1.7.7) holds equal; nothing when that
 * is Undefined: no part of a DN has another syntax than text.
 */
export function compileDnParts(
  item: ExtensibleItem,
  rule: MatchingRule | undefined,
  index: DirectoryIndex,
): readonly IdSet[] {
  if (!isDnMatchDefined(item, rule)) return [];
  const text = decodeAssertion(item.value) ?? '';
  const type = item.attribute === undefined ? undefined : nameOf(item.attribute);
  const dns = index.attribute(attributeNamed('entryDN'));
  const set = createMatchSet(dns, index, matchDnPart(type, toByteString(escapeDnValue(foldText(text)))));
  if (rule?.kind !== 'exact') return [set];
  const wanted = prepareExactText(text);
  const isExact = (id: number) =>
    parseDn(index.records.dnOf(id)).some((rdn) =>
      rdn.some((part) => (type === undefined || nameOf(part.type) === type) && prepareExactText(part.value) === wanted),
    );
  return [createFilteredSet(set, isExact)];
}

/** Whether {@link compileDnParts} can be told for a DN at all. */
export function isDnMatchDefined({ attribute, value }: ExtensibleItem, rule: MatchingRule | undefined): boolean {
  if (attribute !== undefined && syntaxOf(attribute) !== 'text') return false;
  if (rule !== undefined && !rule.syntaxes.includes('text')) return false;
  return (decodeAssertion(value) ?? '') !== '';
}

/** Normal forms of DNs with a part `type=value`, or of any text type when none is named. `value` as in a normal form. */
function matchDnPart(type: string | undefined, value: string): ValueMatch {
  const needle = `${type ?? ''}=${value}`;
  const matches = (key: string) => {
    for (let at = key.indexOf(needle); at !== -1; at = key.indexOf(needle, at + 1)) {
      const before = type === undefined ? startOfType(key, at) : at;
      const end = at + needle.length;
      if (!isBorder(key, before - 1) || !(end === key.length || key[end] === ',' || key[end] === '+')) continue;
      if (type !== undefined || syntaxOf(key.slice(before, at)) === 'text') return true;
    }
    return false;
  };
  return {
    matches,
    cost: (table) => table.count,
    visit(table, found) {
      table.scan(Buffer.from(needle, 'latin1'), (place) => {
        if (matches(table.keyAt(place))) found(place);
      });
    },
  };
}

function startOfType(key: string, equals: number): number {
  let start = equals;
  while (start > 0 && /[a-z0-9.-]/.test(key[start - 1] ?? '')) start--;
  return start;
}

/** Whether a place is before the first character of a normal form, or at a separator that no backslash takes for the value. */
function isBorder(key: string, place: number): boolean {
  if (place < 0) return true;
  if (key[place] !== ',' && key[place] !== '+') return false;
  let backslashes = 0;
  while (key[place - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 0;
}

/** A type's name as normal forms of DNs have it. */
function nameOf(description: string): string {
  return nameOfType(description).toLowerCase();
}

function syntaxOf(description: string): Syntax | undefined {
  return (findAttribute(description) ?? findUnservedAttribute(description))?.syntax;
}
