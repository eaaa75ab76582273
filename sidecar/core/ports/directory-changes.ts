import type { Group, User } from '../model.ts';

/** How the stored directory differs from an earlier version of it. */
export interface DirectoryDifference {
  /** Stored now. */
  readonly generation: number;
  /** New and changed users, as served: links of manual users resolved, and with an account the manual users linked to it. */
  readonly users: readonly User[];
  readonly removedUsers: readonly string[];
  /** New and changed groups, without their members. */
  readonly groups: readonly Group[];
}

/** What was committed lately. */
export interface DirectoryChanges {
  /**
   * All that was committed after a generation. Undefined when that is much, or so long ago that nobody knows any more: then the whole
   * directory is to be read. Rejects with `upstream_unavailable` when the database does not answer.
   */
  since(generation: number): Promise<DirectoryDifference | undefined>;
}
