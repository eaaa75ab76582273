import type { SigningKey } from '../signing-keys/signing-key.ts';

export interface KeyChange {
  readonly add: readonly SigningKey[];
  /** Ids. */
  readonly remove: readonly string[];
}

/** The keys of the OIDC facade, shared by all processes on one database. Rejects with `upstream_unavailable`. */
export interface SigningKeyStore {
  /** Rejects with `invalid_input` when a key was sealed under another secret key than this process has. */
  list(): Promise<readonly SigningKey[]>;
  /**
   * Changes them as the only writer: `decide` sees what is there then. Gives the keys as they are afterwards. What `decide` throws is passed
   * on, and nothing is changed.
   */
  change(decide: (keys: readonly SigningKey[]) => KeyChange): Promise<readonly SigningKey[]>;
  /** Removes all of them, also those that cannot be opened. */
  clear(): Promise<void>;
}
