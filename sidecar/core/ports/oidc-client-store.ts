import type { OidcClient } from '../oidc-clients/client.ts';

/** A client that was made here. Times are whole seconds. */
export interface StoredOidcClient {
  readonly client: OidcClient;
  /** Of its secret; undefined for a public client. */
  readonly secret: { readonly id: string; readonly digest: string; readonly keyCheck: string } | undefined;
  readonly createdAt: Date;
  /** When its secret was made. */
  readonly rotatedAt: Date;
}

/** Clients beside those of the configuration. Rejects with `upstream_unavailable`. */
export interface OidcClientStore {
  /** By id. */
  list(): Promise<readonly StoredOidcClient[]>;
  /** Rejects with `conflict` when the id is taken. */
  add(client: StoredOidcClient): Promise<void>;
  /** Rejects with `not_found`. */
  replace(client: StoredOidcClient): Promise<void>;
  /** Rejects with `not_found`. */
  remove(id: string): Promise<void>;
}
