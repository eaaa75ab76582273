import { findAttribute } from '../../../directory/attributes.ts';
import type { Filter } from '../../../directory/filter.ts';
import { findUnservedAttribute } from '../../../directory/unserved-attributes.ts';
import { toAssertionKey, toKey } from '../../../directory/values.ts';

type Attributes = readonly (readonly [name: string, values: readonly string[]])[];

/**
 * Whether a filter is TRUE, FALSE or (undefined) Undefined for an entry outside the directory. Presence and equality are enough for
 * those; other assertions are Undefined, and Undefined stays so under NOT (RFC 4511 §4.5.1.7).
 */
export function evaluateOnFixedEntry(filter: Filter, attributes: Attributes): boolean | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.filters.map((part) => evaluateOnFixedEntry(part, attributes));
      return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const parts = filter.filters.map((part) => evaluateOnFixedEntry(part, attributes));
      return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const part = evaluateOnFixedEntry(filter.filter, attributes);
      return part === undefined ? undefined : !part;
    }
    case 'present':
      return typeOf(filter.attribute) === undefined ? undefined : valuesOf(filter.attribute, attributes).length > 0;
    case 'equal':
    case 'approx': {
      const syntax = typeOf(filter.attribute)?.syntax;
      const key = syntax === undefined ? undefined : toAssertionKey(syntax, filter.value);
      if (syntax === undefined || key === undefined) return undefined;
      return valuesOf(filter.attribute, attributes).some((value) => toKey(syntax, value) === key);
    }
    default:
      return undefined;
  }
}

function valuesOf(description: string, attributes: Attributes): readonly string[] {
  const wanted = typeOf(description)?.name;
  return attributes.find(([name]) => name === wanted)?.[1] ?? [];
}

function typeOf(description: string) {
  return findAttribute(description) ?? findUnservedAttribute(description);
}
