/** Privileges that stand alone: one right in an archive each. */
export const plainPrivileges = [
  'LogOn',
  'ReadOwnArchive',
  'WriteOwnArchive',
  'DeleteOwnArchive',
  'ArchiveEmail',
  'ModifyArchiveProfiles',
  'ExportEmail',
  'ModifyExportProfiles',
  'DeleteEmail',
  'ChangePassword',
  'Administrator',
] as const;

/** Privileges on somebody else's archive: `ReadArchive:<address>`, `ReadArchive:group:<address>`, `ReadArchive:*`. */
export const archivePrivileges = ['ReadArchive', 'WriteArchive', 'DeleteArchive'] as const;

/** When a rule applies. All of what is stated must hold. */
export interface Condition {
  /** Canonical address of a group, or a glob (`legal-*@example.com`); effective membership counts. */
  readonly group: string;
}

/** One rule of a mapping file. All matching rules apply; `deny` beats `grant`; their order does not matter. */
export interface Rule {
  readonly name: string;
  readonly when: Condition;
  readonly grant: readonly string[];
  readonly deny: readonly string[];
  readonly roles: readonly string[];
}

/** All mapping files merged. */
export interface Mapping {
  /** Privileges of every synchronised user, unless a rule denies them. */
  readonly defaults: readonly string[];
  readonly rules: readonly Rule[];
}
