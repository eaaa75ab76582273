import { findAttribute } from '../../../directory/attributes.ts';
import type { Filter } from '../../../directory/filter.ts';
import { expandClass } from '../../../directory/selections.ts';
import { findUnservedAttribute } from '../../../directory/unserved-attributes.ts';
import { Tag } from '../ber-reader.ts';
import { encodeElement, encodeText } from '../ber-writer.ts';
import { ResponseTag } from '../responses.ts';
import type { SearchRequest } from '../search-request.ts';
import { evaluateOnFixedEntry } from './fixed-entry-filter.ts';

/** Attributes with their values. */
export type FixedAttributes = readonly (readonly [name: string, values: readonly string[]])[];

/** An entry outside the directory, the same for everybody: the root DSE, the subschema. */
export interface FixedEntry {
  /** The protocolOp of the SearchResultEntry; undefined when the filter is not TRUE for the entry. */
  read(request: Pick<SearchRequest, 'filter' | 'attributes' | 'typesOnly'>): Buffer | undefined;
  /** Whether a filter is TRUE, FALSE or (undefined) Undefined for the entry. */
  evaluate(filter: Filter): boolean | undefined;
}

const setTag = 0x31;

/** Makes such an entry. `shows` says what a request that names no attributes gets: all, or the user attributes. */
export function createFixedEntry(dn: string, attributes: FixedAttributes, shows: 'all' | 'user'): FixedEntry {
  const encoded = attributes.map(([name, values]) => {
    const set = encodeElement(setTag, ...values.map((value) => encodeText(Tag.octetString, value)));
    const full = encodeElement(Tag.sequence, encodeText(Tag.octetString, name), set);
    const bare = encodeElement(Tag.sequence, encodeText(Tag.octetString, name), encodeElement(setTag));
    return { description: toTypeName(name), isForPeople: isUserAttribute(name), full, bare };
  });
  const encodedDn = encodeText(Tag.octetString, dn);
  const evaluate = (filter: Filter) => evaluateOnFixedEntry(filter, attributes);
  return {
    evaluate,
    read({ filter, attributes: asked, typesOnly }) {
      if (evaluate(filter) !== true) return undefined;
      const expanded = asked.flatMap((name) => (name.startsWith('@') ? expandClass(name.slice(1)) : [name]));
      const names = new Set(expanded.map(toTypeName));
      const all = asked.length === 0 || names.has('*');
      const isWanted = (isForPeople: boolean) =>
        (all && (isForPeople || shows === 'all')) || (names.has('+') && !isForPeople);
      const chosen = encoded
        .filter(({ description, isForPeople }) => names.has(description) || isWanted(isForPeople))
        .map(({ full, bare }) => (typesOnly ? bare : full));
      return encodeElement(ResponseTag.searchEntry, encodedDn, encodeElement(Tag.sequence, ...chosen));
    },
  };
}

/** The one spelling of an attribute description: what no type of ours is stays as it is, in lower case. */
export function toTypeName(description: string): string {
  return (findAttribute(description) ?? findUnservedAttribute(description))?.name ?? description.toLowerCase();
}

function isUserAttribute(name: string): boolean {
  const type = findAttribute(name);
  return type === undefined ? findUnservedAttribute(name)?.usage === 'userApplications' : !type.operational;
}
