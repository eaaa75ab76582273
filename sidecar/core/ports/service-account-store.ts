import type { StoredServiceAccount } from '../service-accounts.ts';

/** Service accounts beside those of the configuration. Rejects with `upstream_unavailable` when the database does not answer. */
export interface ServiceAccountStore {
  /** All of them, by name. */
  list(): Promise<readonly StoredServiceAccount[]>;
  /** Rejects with `conflict` when there is one of that name, in any case. */
  add(account: StoredServiceAccount): Promise<void>;
  /** Puts a new secret in the place of the former one. Rejects with `not_found` when there is none of that name. */
  replace(account: StoredServiceAccount): Promise<void>;
  /** Rejects with `not_found` when there is none of that name. */
  remove(name: string): Promise<void>;
}
