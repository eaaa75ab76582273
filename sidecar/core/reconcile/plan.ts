import type { Mapping } from '../mapping/rules.ts';
import type { Directory } from '../model.ts';
import type { SourceDomain, SourceGroup, SourceUser } from '../ports/directory-source.ts';
import type { DirectoryChange } from '../ports/directory-store.ts';

/** Everything one run read, complete. Texts are unaltered. */
export interface Reading {
  /** All domains of the server, also those whose users the filter makes it needless to read. */
  readonly domains: readonly SourceDomain[];
  readonly users: readonly SourceUser[];
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
   * `keep` leaves them as they are; `disable` sets their state to `missing`; `delete` does the same, and removes them
   * `graceDays` later.
   */
  readonly missingUsers: 'keep' | 'disable' | 'delete';
  readonly graceDays: number;
  /** A plan is held that disables or removes more users than this … */
  readonly limitUsers: number;
  /** … or more than this share of those who are there, in percent, and at least three. */
  readonly limitPercent: number;
}

export interface ReconcileInput {
  readonly current: Directory;
  readonly reading: Reading;
  readonly mapping: Mapping;
  readonly sourceId: string;
  readonly policy: SyncPolicy;
  readonly filter: SyncFilter;
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
  readonly groupsNew: number;
  readonly groupsChanged: number;
  readonly groupsRemoved: number;
  /** Accounts read that the filter leaves out. */
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
  /** Why the plan must not be committed without an administrator's word; empty when it may. */
  readonly held: readonly string[];
  /** Nothing to commit. */
  readonly isEmpty: boolean;
}
