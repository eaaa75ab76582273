/** Where something was written, for people: `sidecar.yaml:3:8`, `SIDECAR_LDAP_PORT`, `--ldap-port`. */
export type Place = string;

/** A value as it was written, before its type is looked at. Scalars stay text, so that `007` is no number by accident. */
export type Raw =
  | { readonly kind: 'text'; readonly text: string; readonly at: Place }
  | { readonly kind: 'list'; readonly items: readonly Raw[]; readonly at: Place }
  | { readonly kind: 'map'; readonly entries: readonly RawEntry[]; readonly at: Place }
  /** A key with nothing behind it. */
  | { readonly kind: 'nothing'; readonly at: Place }
  /** Could not be read; the fault has been reported. */
  | { readonly kind: 'reported'; readonly at: Place };

export interface RawEntry {
  readonly key: string;
  readonly keyAt: Place;
  readonly value: Raw;
}
