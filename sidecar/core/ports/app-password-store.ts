import type { StoredAppPassword } from '../app-passwords.ts';

/** One app password that came, or went. */
export type AppPasswordChange =
  | { readonly kind: 'added'; readonly password: StoredAppPassword }
  | { readonly kind: 'removed'; readonly id: string };

/** Changes in their order, and where the next ones begin. */
export interface AppPasswordChanges {
  readonly changes: readonly AppPasswordChange[];
  /** Number of the last change. */
  readonly upTo: number;
  /** There are more behind them. */
  readonly hasMore: boolean;
}

export interface AppPasswordLimits {
  readonly perUser: number;
  readonly inAll: number;
}

/** App passwords of all users. Rejects with `upstream_unavailable` when the database does not answer. */
export interface AppPasswordStore {
  /** Those of a user, by name. */
  listOf(userId: string): Promise<readonly StoredAppPassword[]>;
  /** Rejects with `conflict` when the user has one of that name, in any case, or a limit is reached. */
  add(password: StoredAppPassword, limits: AppPasswordLimits): Promise<void>;
  /** Gives the id of what was removed. Rejects with `not_found` when the user has none of that name. */
  remove(userId: string, name: string): Promise<string>;
  /** What changed after the change of number `after` (0 = everything), a bounded part at a time. The last day of use is no change. */
  readChanges(after: number): Promise<AppPasswordChanges>;
  /** Notes days of use by id; an earlier day than the one that is noted changes nothing. */
  noteUses(days: ReadonlyMap<string, string>): Promise<void>;
}
