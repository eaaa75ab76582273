import type { View } from '../core/access.ts';
import type { KeptNumber } from '../core/numeric-ids.ts';
import type { UserDirectory } from '../core/ports/user-directory.ts';
import type { AttributeType } from './attributes.ts';
import type { PlannedFilter } from './filter.ts';

/** Place of an entry in depth-first order: a subtree is a range of ids. 0 is the base entry. */
export type EntryId = number;

export type Scope = 'base' | 'one' | 'sub' | 'subordinate';

/** Which attributes an answer carries; made once per request by {@link Snapshot.select}, cached by the attribute list. */
export interface Selection {
  readonly typesOnly: boolean;
  /** For the implementation alone: indexes of attributes, or the ready-made shortcut "all user attributes". */
  readonly wanted: unknown;
}

/**
 * One immutable, complete version of the directory. All answers to one operation come from one snapshot.
 * Searching neither allocates per entry nor calls anything outside.
 */
export interface Snapshot extends UserDirectory {
  /** The version that this is a view of, with all that it holds; itself where it is no view. */
  readonly whole: Snapshot;
  readonly generation: number;
  readonly publishedAt: Date;
  /** The latest modifyTimestamp of a user or group. */
  readonly changedAt: Date;
  readonly baseDn: string;
  /** Numbers on Unix hosts that differ from those that entryUUIDs lead to (see core/numeric-ids.ts). */
  readonly keptNumbers: readonly KeptNumber[];
  readonly counts: { readonly users: number; readonly groups: number; readonly entries: number };

  /**
   * The entry that a DN names, in any spelling RFC 4514 allows (case, spaces, escapes), if the view shows it.
   * Throws `invalid_input` for text that is no DN.
   */
  findDn(dn: string, view: View): EntryId | undefined;

  /** The nearest existing ancestor's DN of a DN that was not found, for matchedDN (RFC 4511 §4.1.9); '' when none. */
  matchedDn(dn: string, view: View): string;

  /** Ids of the entries in scope that the filter is TRUE for (RFC 4511 §4.5.1.7: three-valued), ascending. */
  search(base: EntryId, scope: Scope, filter: PlannedFilter, view: View): Uint32Array;

  /**
   * {@link search} in steps of about a millisecond, for a filter of many parts. The filter is read within the first step, so its octets
   * need not stay.
   */
  searchInSteps(
    base: EntryId,
    scope: Scope,
    filter: PlannedFilter,
    view: View,
  ): Generator<undefined, Uint32Array, undefined>;

  /**
   * Turns the attribute list of a request into a selection: `[]` and `*` = all user attributes, `+` = all operational
   * ones, `1.1` = none, `@class` = all that the class allows, unknown names ignored, options refused silently
   * (RFC 4511 §4.5.1.8, RFC 3673, RFC 4529).
   */
  select(attributes: readonly string[], typesOnly: boolean): Selection;

  /**
   * The protocolOp of a SearchResultEntry ([APPLICATION 4], tag and length included) for one entry, copied into
   * `target` at `offset`; gives the offset behind it. Throws RangeError when it doesn't fit: see {@link entrySize}.
   */
  writeEntry(id: EntryId, selection: Selection, target: Uint8Array, offset: number): number;

  /** Octets {@link writeEntry} will need at most for this entry and selection. */
  entrySize(id: EntryId, selection: Selection): number;

  /** The canonical DN of an entry as served. */
  dnOf(id: EntryId): string;

  /** The values of one attribute of an entry as served; none when the entry lacks it. */
  valuesOf(id: EntryId, type: AttributeType): readonly string[];
}
