/** A client to be told that a user's session is over. */
export interface LogoutMessage {
  readonly clientId: string;
  /** entryUUID. */
  readonly accountId: string;
  /** `sid` of the client's ID tokens; undefined = every session of the user. */
  readonly sessionId: string | undefined;
}

export interface QueuedLogout extends LogoutMessage {
  readonly id: string;
  readonly queuedAt: Date;
  /** Deliveries begun, this one included. */
  readonly attempts: number;
}

/**
 * Logout messages on their way, shared by all processes on one database and kept over a restart. Rejects with `upstream_unavailable` when
 * the database does not answer.
 */
export interface LogoutQueue {
  /** What is under way already is not added again. */
  add(messages: readonly LogoutMessage[], now: Date): Promise<void>;
  /** Takes messages that are due, `limit` at most. No process gets them again before `hiddenUntil`, unless one postpones or removes them. */
  claim(limit: number, now: Date, hiddenUntil: Date): Promise<readonly QueuedLogout[]>;
  postpone(id: string, until: Date): Promise<void>;
  remove(id: string): Promise<void>;
}
