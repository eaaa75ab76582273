/** One mapping file as it was read. */
export interface MappingText {
  /** Within the folder. */
  readonly name: string;
  readonly text: string;
}

/** The mapping files that were last found sound. */
export interface KeptMapping {
  /** By name; empty: the folder held none. */
  readonly files: readonly MappingText[];
  /** Names the content, 12 hexadecimal digits, the same for the same files. */
  readonly hash: string;
  /** When they were first read. */
  readonly since: Date;
}

/**
 * Keeps the last good mapping, so that a broken edit takes nothing away. Rejects with `upstream_unavailable` when the database does
 * not answer.
 */
export interface MappingStore {
  /** Undefined when no good mapping was ever read. */
  load(): Promise<KeptMapping | undefined>;
  /** Puts this one in the place of the former one, all or nothing. */
  keep(mapping: KeptMapping): Promise<void>;
}
