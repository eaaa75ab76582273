import type { Directory, Group, User } from '../model.ts';

/** What a commit writes. Users and groups are whole: what is stored of them is replaced. */
export interface DirectoryChange {
  readonly users: { readonly saved: readonly User[]; readonly removedIds: readonly string[] };
  readonly groups: {
    readonly saved: readonly Group[];
    readonly removedIds: readonly string[];
    /** Groups whose members changed by users of this change and of which nothing else did. */
    readonly touched?: readonly TouchedGroup[];
  };
}

/** A stored group that bears a new time. */
export type TouchedGroup = Pick<Group, 'id' | 'modifiedAt'>;

/** How a sync run ended. */
export type RunOutcome = 'applied' | 'unchanged' | 'held' | 'failed';

/** One sync run, kept for reports and health. Times in UTC. */
export interface RunRecord {
  readonly id: string;
  readonly sourceId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: RunOutcome;
  /** One line for people: `+3 new, ~2 changed …`, or the error. */
  readonly summary: string;
}

/**
 * The directory as last committed. Rejects with `upstream_unavailable` when the database does not answer, is locked or
 * full; then nothing was changed.
 */
export interface DirectoryStore {
  /** The last committed directory, or the empty one (generation 0). */
  load(): Promise<Directory>;
  /**
   * Writes a change and the record of its run, all or nothing, and gives the new generation. Rejects with `conflict` when the stored
   * generation is not `base` any more (somebody else committed in between).
   */
  commit(base: number, change: DirectoryChange, run: RunRecord): Promise<number>;
  /** The generation now stored; cheap. */
  generation(): Promise<number>;
  /** Keeps the record of a run that committed nothing. */
  recordRun(run: RunRecord): Promise<void>;
  /** The latest records, newest first. */
  lastRuns(count: number): Promise<readonly RunRecord[]>;
  close(): Promise<void>;
}
