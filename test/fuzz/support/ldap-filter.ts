import { bool, text, tlv } from '../../facade/ldap/support/ber.ts';

/** A filter (RFC 4511 §4.5.1.7) as a value: what generators make and differences look at. Texts stand for their UTF-8. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'equal' | 'approx' | 'greaterOrEqual' | 'lessOrEqual';
      readonly attribute: string;
      readonly value: string;
    }
  | {
      readonly kind: 'substrings';
      readonly attribute: string;
      readonly initial?: string;
      readonly any: readonly string[];
      readonly final?: string;
    }
  | {
      readonly kind: 'extensible';
      readonly attribute?: string;
      readonly rule?: string;
      readonly value: string;
      readonly dn: boolean;
    };

const avaTags = { equal: 0xa3, greaterOrEqual: 0xa5, lessOrEqual: 0xa6, approx: 0xa8 } as const;

/** The filter in BER. */
export function encodeFilter(filter: Filter): Buffer {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return tlv(filter.kind === 'and' ? 0xa0 : 0xa1, ...filter.filters.map(encodeFilter));
    case 'not':
      return tlv(0xa2, encodeFilter(filter.filter));
    case 'present':
      return text(filter.attribute, 0x87);
    case 'substrings': {
      const { attribute, initial, any, final } = filter;
      const parts = [
        ...(initial === undefined ? [] : [text(initial, 0x80)]),
        ...any.map((part) => text(part, 0x81)),
        ...(final === undefined ? [] : [text(final, 0x82)]),
      ];
      return tlv(0xa4, text(attribute), tlv(0x30, ...parts));
    }
    case 'extensible': {
      const { attribute, rule, value, dn } = filter;
      return tlv(
        0xa9,
        ...(rule === undefined ? [] : [text(rule, 0x81)]),
        ...(attribute === undefined ? [] : [text(attribute, 0x82)]),
        text(value, 0x83),
        ...(dn ? [Buffer.concat([Buffer.from([0x84]), bool(true).subarray(1)])] : []),
      );
    }
    default:
      return tlv(avaTags[filter.kind], text(filter.attribute), text(filter.value));
  }
}

/** The filter with each of its leaves replaced. */
export function mapLeaves(filter: Filter, change: (leaf: Filter) => Filter): Filter {
  if (filter.kind === 'not') return { kind: 'not', filter: mapLeaves(filter.filter, change) };
  if (filter.kind !== 'and' && filter.kind !== 'or') return change(filter);
  return { kind: filter.kind, filters: filter.filters.map((each) => mapLeaves(each, change)) };
}

/** Whether a leaf of the filter passes the test. */
export function hasLeaf(filter: Filter, test: (leaf: Filter) => boolean): boolean {
  let found = false;
  mapLeaves(filter, (leaf) => {
    found ||= test(leaf);
    return leaf;
  });
  return found;
}
