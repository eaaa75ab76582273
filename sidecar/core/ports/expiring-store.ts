/** Something that is kept for a time. */
export interface ExpiringEntry {
  /** JSON. */
  readonly payload: string;
  /** When it was used up; undefined = not yet. */
  readonly consumedAt: Date | undefined;
}

/** By what an entry can be found or removed besides its id. */
export interface ExpiringKeys {
  readonly grantId?: string | undefined;
  readonly uid?: string | undefined;
  /** entryUUID of the user whose entry it is. */
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
}

/** An entry with the id it was put under. */
export interface OwnedEntry extends ExpiringKeys {
  readonly payload: string;
}

/**
 * What a facade keeps for a time, shared by all processes on one database: sessions, grants, codes, tokens. An entry is found by its model
 * and id; it is never given out after its time. Everything rejects with `upstream_unavailable` when the database does not answer, and with
 * `invalid_input` for a payload that is too large; then nothing of it is kept.
 */
export interface ExpiringStore {
  /** Puts an entry in the place of one with the same model and id, not consumed. `expiresAt` undefined = it stays until it is removed. */
  put(model: string, id: string, payload: string, expiresAt: Date | undefined, keys: ExpiringKeys): Promise<void>;
  find(model: string, id: string): Promise<ExpiringEntry | undefined>;
  findByUid(model: string, uid: string): Promise<ExpiringEntry | undefined>;
  /** Uses an entry up. False when it was used up before or is not there: of two at once, in whatever processes, one gets true. */
  consume(model: string, id: string): Promise<boolean>;
  remove(model: string, id: string): Promise<void>;
  /** Removes all entries of a grant, whatever their model. */
  removeGrant(grantId: string): Promise<void>;
  /** The entries of a model that belong to an account, 1,000 at most. */
  listByAccount(model: string, accountId: string): Promise<readonly OwnedEntry[]>;
  /** The accounts that own entries whose id sorts behind `after` ('' = all), ascending, `limit` at most. */
  listAccounts(after: string, limit: number): Promise<readonly string[]>;
  /** Removes all entries of an account; of one client alone when it is named. */
  removeAccount(accountId: string, clientId?: string): Promise<void>;
  /** Removes entries whose time is over, `limit` at most; gives how many. */
  removeExpired(limit: number): Promise<number>;
  /** Ends its connections; what is not written yet is written first. */
  close(): Promise<void>;
}
