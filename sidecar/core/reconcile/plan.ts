import type { Mapping } from '../mapping/rules.ts';
import type { Directory } from '../model.ts';
import type { SourceDomain, SourceGroup, SourceUser } from '../ports/directory-source.ts';
import type { DirectoryChange } from '../ports/directory-store.ts';

/** An account as one run read it. */
export interface ReadUser extends SourceUser {
  /** Fingerprint of its row in the list. */
  readonly rowHash: string;
  readonly readAt: Date;
}

/** An account or group that the list shows and that was not read whole this time: what is stored of it stays. */
export interface KeptUser {
  readonly address: string;
  /** `not_due`: its row is as it was and its turn has not come. `parked`: it could not be read, and is tried again later. */
  readonly reason: 'not_due' | 'parked';
}

/** Everything one run read, complete. Texts are unaltered. */
export interface Reading {
  /** All domains of the server, also those whose users the filter makes it needless to read. */
  readonly domains: readonly SourceDomain[];
  readonly users: readonly ReadUser[];
  readonly kept: readonly KeptUser[];
  readonly groups: readonly SourceGroup[];
}

/**
 * Who is synchronised: nobody is left out when both lists are empty, else a user is in whose domain is listed or who is an
 * effective member of a listed group. Canonical names; a domain's alias stands for the domain.
 */
export interface SyncFilter {
  readonly domains: readonly string[];
  readonly groups: readonly string[];
}

/** What becomes of users that are gone, and when a plan waits for an administrator. */
export interface SyncPolicy {
  /**
   * `disable` sets their state to `missing` at once, and removes them `graceDays` later; `delete` removes them at once, but
   * those who may have been renamed, and those who are `missing` already, only when their grace is over; `keep` leaves them as
   * they are. Gone is who vanished from the server, and who left the filter.
   */
  readonly missingUsers: 'keep' | 'disable' | 'delete';
  readonly graceDays: number;
  /** A plan is held that disables or removes more users than this … */
  readonly limitUsers: number;
  /** … or more than this share of those who are there, in percent, and at least three. */
  readonly limitPercent: number;
  /** … or that takes more than this share of its members from a group of ten or more, in percent. */
  readonly limitMembersPercent: number;
  /** … or that opens archives of others to more people than this. */
  readonly limitArchiveGrants: number;
}

/** What an administrator has said about the plan to come. */
export interface Confirmations {
  /** Hash of the risky changes that may be committed, as a held report named it (`riskHash`). */
  readonly risk: string | undefined;
  /** Addresses, old → new, that are one person. */
  readonly renames: ReadonlyMap<string, string>;
}

export interface ReconcileInput {
  readonly current: Directory;
  readonly reading: Reading;
  readonly mapping: Mapping;
  readonly sourceId: string;
  readonly policy: SyncPolicy;
  readonly confirmed: Confirmations;
  readonly filter: SyncFilter;
  /** Whether people from outside with an account for sharing are users, too. */
  readonly includeGuests: boolean;
  /** The time of publication, as near as can be told. */
  readonly now: Date;
  /** Gives a fresh UUID. */
  readonly newId: () => string;
}

/** One difference, old → new. */
export type FieldChange =
  | { readonly field: string; readonly from: string; readonly to: string }
  | { readonly field: string; readonly added: readonly string[]; readonly removed: readonly string[] }
  /** Members of a group are counted; the users' own lines name them. */
  | { readonly field: string; readonly joined: number; readonly left: number };

export type PlanLineKind =
  | 'new'
  | 'changed'
  /** Could log in before and no more: missing, or by the account's own state. */
  | 'disabled'
  | 'removed'
  /** Was missing and is there again, with the same UUID. */
  | 'returned'
  /** The account has another address and is the same person: same UUID. */
  | 'renamed'
  | 'group_new'
  | 'group_changed'
  | 'group_removed';

/** One line of a report: what happens to one user or group, named by its address. */
export interface PlanLine {
  readonly kind: PlanLineKind;
  readonly address: string;
  readonly changes: readonly FieldChange[];
}

export interface PlanCounts {
  readonly new: number;
  readonly changed: number;
  readonly disabled: number;
  readonly removed: number;
  readonly returned: number;
  readonly renamed: number;
  readonly groupsNew: number;
  readonly groupsChanged: number;
  readonly groupsRemoved: number;
  /** Accounts read that the filter leaves out, and guests when they are not asked for. */
  readonly filteredOut: number;
  /** Users and groups of the directory that the plan leads to, all sources. */
  readonly users: number;
  readonly groups: number;
}

/** What a run would change, and the directory it leads to. */
export interface Plan {
  /** Its generation is the current one plus one when anything changes; the store has the last word. */
  readonly next: Directory;
  readonly change: DirectoryChange;
  /** Users by address, then groups by address. */
  readonly lines: readonly PlanLine[];
  readonly counts: PlanCounts;
  /** For the administrator; each names the account or group. */
  readonly warnings: readonly string[];
  /** Why the plan must not be committed without an administrator's word; empty when it may, or when that word was given. */
  readonly held: readonly string[];
  /** Names the plan's risky changes, 12 hexadecimal digits, the same for the same changes; undefined when it has none. */
  readonly riskHash: string | undefined;
  /** Likely renames that wait for an administrator's word: `sync --rename OLD=NEW`. */
  readonly proposedRenames: readonly { readonly from: string; readonly to: string }[];
  /** Nothing to commit. */
  readonly isEmpty: boolean;
}
