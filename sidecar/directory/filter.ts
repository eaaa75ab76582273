/** One assertion of a filter. */
export type FilterItem =
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'equal' | 'greaterOrEqual' | 'lessOrEqual' | 'approx';
      readonly attribute: string;
      readonly value: Uint8Array;
    }
  | {
      readonly kind: 'substring';
      readonly attribute: string;
      readonly initial: Uint8Array | undefined;
      readonly any: readonly Uint8Array[];
      readonly final: Uint8Array | undefined;
    }
  | {
      readonly kind: 'extensible';
      readonly attribute: string | undefined;
      readonly rule: string | undefined;
      readonly value: Uint8Array;
      readonly dnAttributes: boolean;
    };

/**
 * A search filter (RFC 4511 §4.5.1.7) as decoded from the wire. Attribute descriptions and assertion values are as the client wrote
 * them; matching rules are applied by the snapshot, which knows each attribute's syntax.
 */
export type Filter =
  | FilterItem
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter };

export type ExtensibleItem = Extract<FilterItem, { readonly kind: 'extensible' }>;
export type PlainItem = Exclude<FilterItem, ExtensibleItem>;

/** A filter with parts that no client can send: what a view makes of one that names something it does not show as it lies there. */
export type PlannedFilter =
  | FilterItem
  | { readonly kind: 'and' | 'or'; readonly filters: readonly PlannedFilter[] }
  | { readonly kind: 'not'; readonly filter: PlannedFilter }
  /** TRUE for these entries, ascending, FALSE for all others. */
  | { readonly kind: 'entries'; readonly ids: Uint32Array }
  /** An extensible match of the parts of DNs alone. */
  | { readonly kind: 'dn-parts'; readonly item: ExtensibleItem }
  | { readonly kind: 'undefined' };

/** FALSE for every entry (RFC 4526). */
export const falseFilter: PlannedFilter = { kind: 'or', filters: [] };
export const undefinedFilter: PlannedFilter = { kind: 'undefined' };
