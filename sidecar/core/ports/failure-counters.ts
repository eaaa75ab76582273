/** Whose failures are counted: an account, or the address that an end user comes from. */
export interface FailureSubject {
  readonly kind: 'account' | 'address';
  /** The account's name as IceWarp is asked for it, or the canonical address (IPv6: its /64). */
  readonly key: string;
}

/** One failed login that IceWarp counts too, or one that must be taken for failed. */
export interface CountedFailure {
  /** Unique over all processes. */
  readonly id: string;
  readonly subject: FailureSubject;
  readonly at: Date;
  /** Afterwards nobody needs it. */
  readonly keepUntil: Date;
}

export type FailureChange =
  | { readonly kind: 'failed'; readonly failure: CountedFailure }
  /** It was no failure after all: IceWarp accepted the password. */
  | { readonly kind: 'withdrawn'; readonly failure: CountedFailure }
  /** An administrator unlocked it. */
  | { readonly kind: 'cleared'; readonly subject: FailureSubject };

/**
 * Failures that several processes, and one process before and after a restart, share. Written on failures only: a right login
 * writes nothing. A process counts its own failures itself, whether this port works or not; a rejection is logged and nothing else.
 * Names of unknown accounts may be passwords typed into the wrong field: implementations keep them under a key that is not
 * in the store, never readable.
 */
export interface FailureCounters {
  record(failure: CountedFailure): Promise<void>;
  /** Withdrawing what is not there, or no longer, does nothing. */
  withdraw(failure: CountedFailure): Promise<void>;
  clear(subject: FailureSubject): Promise<void>;
  /** When those failures of a subject happened that are still kept, the latest first, a thousand at most. */
  timesOf(subject: FailureSubject): Promise<readonly Date[]>;
  /**
   * Calls `listener` with what is still kept, an earlier run's own failures included, then with every change that others make,
   * within seconds, each once and never with this process's own. Returns what ends it.
   */
  subscribe(listener: (change: FailureChange) => void): () => void;
}
