import type { KeptNumber } from '../numeric-ids.ts';

/** Numbers of users and groups on Unix hosts that are not the ones their UUIDs lead to, or that others may not have. */
export interface KeptNumbers {
  /** All, those of entries that are gone too. Rejects with `upstream_unavailable` when the database does not answer. */
  list(): Promise<readonly KeptNumber[]>;
  /** Keeps more, or others for the same entries. Rejects like `list`; then nothing is kept. */
  add(numbers: readonly KeptNumber[]): Promise<void>;
}
