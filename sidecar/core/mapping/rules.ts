import type { AdminKind } from '../ports/directory-source.ts';

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

/**
 * When a rule applies: all of what is stated must hold. Addresses and domains are canonical; each may be a glob
 * (`legal-*@example.com`). A condition that states nothing holds for everybody.
 */
export interface Condition {
  /** One of the user's addresses is one of these. */
  readonly user?: readonly string[];
  /** The user is a member of such a group. */
  readonly group?: string;
  /** … of a group that one of these names. */
  readonly anyGroup?: readonly string[];
  /** … of a group for each of these. */
  readonly allGroups?: readonly string[];
  /** False: only who is listed in the group itself is its member. Otherwise nesting and `[domain]` members count. */
  readonly nested?: boolean;
  /** The domain of the user's primary address is one of these. */
  readonly domain?: readonly string[];
  readonly attribute?: {
    /** The user's administrative rights in IceWarp are one of these. */
    readonly admin?: readonly AdminKind[];
    /** Pattern for the account's comment, in the form of `parseTextPattern`. */
    readonly comment?: string;
  };
  /** None of these holds. */
  readonly not?: readonly Condition[];
}

/** One rule of a mapping file. All matching rules apply; `deny` beats `grant`; their order does not matter. */
export interface Rule {
  readonly name: string;
  /** Of several conditions one has to hold. */
  readonly when: Condition | readonly Condition[];
  readonly grant: readonly string[];
  readonly deny: readonly string[];
  readonly roles: readonly string[];
  /** The rule applies from this time on; whole minutes. */
  readonly from?: Date;
  /** … and no more at this time. */
  readonly until?: Date;
  /** Why, for whoever reviews it. */
  readonly reason?: string;
}

/** What no rule may bring about. Names are privileges or roles; `ReadArchive:*` stands for any `ReadArchive:…`. */
export interface Constraints {
  /** Of each of these sets a person has one name at most. */
  readonly never: readonly (readonly string[])[];
  /** So many people have the name at most. */
  readonly atMost: readonly { readonly name: string; readonly count: number }[];
  /** Canonical addresses of users or groups whose archives are opened only by rules that name them, with `reason` and `until`. */
  readonly protected: readonly string[];
}

/** All mapping files merged. */
export interface Mapping {
  /** Privileges of every synchronised user, unless a rule denies them. */
  readonly defaults: readonly string[];
  /** The defaults are for users seen for the first time; whoever is there keeps the defaults of that time. */
  readonly newUsersOnly?: boolean;
  readonly rules: readonly Rule[];
  readonly constraints?: Constraints;
  /** Why it may not be meant, for people: rights change by it only when an administrator says so. */
  readonly doubt?: string;
}

/** The conditions of a rule as a list. */
export function conditionsOf({ when }: Pick<Rule, 'when'>): readonly Condition[] {
  return isList(when) ? when : [when];
}

function isList(when: Rule['when']): when is readonly Condition[] {
  return Array.isArray(when);
}
