/** A lock that is held. */
export interface HeldLock {
  /** False when the lock was lost: its time ran out before it was renewed. Work that it guards must then stop. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** Who holds a lock that could not be had. */
export interface LockHolder {
  /** Host and process, for people. */
  readonly holder: string;
  readonly since: Date;
  readonly expiresAt: Date;
}

export type LockAnswer =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  | { readonly kind: 'taken'; readonly by: LockHolder };

/**
 * Keeps two processes on one database from doing the same thing at once. A holder that dies loses the lock when its time
 * runs out. Rejects with `upstream_unavailable` when the database does not answer.
 */
export interface RunLock {
  acquire(name: string, ttlMs: number): Promise<LockAnswer>;
}
