import type { Secret } from '../secret.ts';

/** The installation's own key. It is kept apart from the database, so that whoever reads the one has nothing without the other. */
export interface SecretKeySource {
  /** Where the key is, for messages. */
  readonly place: string;
  /** The key; undefined when none was made yet. Rejects with `invalid_input` when it cannot be read or is none. */
  read(): Promise<Secret | undefined>;
  /** The key, made first where there is none. Rejects with `invalid_input` when it can be neither read nor made. */
  readOrMake(): Promise<Secret>;
}
