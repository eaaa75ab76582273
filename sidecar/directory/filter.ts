/**
 * A search filter (RFC 4511 §4.5.1.7) as decoded from the wire. Attribute descriptions and assertion values are as the client wrote
 * them; matching rules are applied by the snapshot, which knows each attribute's syntax.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
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
