import type { Directory } from '../model.ts';

/** The part of the stored directory that decides about one account. */
export interface Surroundings {
  /**
   * The generation stored. Users: those who bear or had one of the addresses, manual users linked to one, and some with the same local part.
   * All groups; of their members those alone that are groups, domains, or addresses of these users.
   */
  readonly directory: Directory;
  /** When any user or group last changed; undefined where there are none. */
  readonly changedAt: Date | undefined;
}

/** Rejects with `upstream_unavailable` when the database does not answer. */
export interface AccountSurroundings {
  /** Around the account with these addresses, canonical, the primary one first. */
  of(addresses: readonly string[]): Promise<Surroundings>;
}
