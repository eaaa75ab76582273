import type { Filter } from '../../../directory/filter.ts';

type Attributes = readonly (readonly [string, readonly string[]])[];

/**
 * Whether a filter is TRUE for an entry outside the directory. Presence and equality (without regard to case) are enough for those;
 * other assertions are Undefined, and Undefined stays so under NOT (RFC 4511 §4.5.1.7).
 */
export function matchesFixedEntry(filter: Filter, attributes: Attributes): boolean {
  return evaluate(filter, attributes) === true;
}

function evaluate(filter: Filter, attributes: Attributes): boolean | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.filters.map((part) => evaluate(part, attributes));
      return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const parts = filter.filters.map((part) => evaluate(part, attributes));
      return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const part = evaluate(filter.filter, attributes);
      return part === undefined ? undefined : !part;
    }
    case 'present':
      return valuesOf(filter.attribute, attributes) === undefined ? undefined : true;
    case 'equal': {
      const value = Buffer.from(filter.value).toString('utf8').trim().toLowerCase();
      return valuesOf(filter.attribute, attributes)?.some((candidate) => candidate.toLowerCase() === value);
    }
    default:
      return undefined;
  }
}

function valuesOf(name: string, attributes: Attributes): readonly string[] | undefined {
  return attributes.find(([candidate]) => candidate.toLowerCase() === name.toLowerCase())?.[1];
}
