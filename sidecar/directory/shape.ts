import type { FilterItem, PlannedFilter } from './filter.ts';
import type { EntryKind } from './object-classes.ts';
import type { EntryId, Snapshot } from './snapshot.ts';
import type { AttributeValues } from './transform-entry.ts';

/** An entry that a derived attribute is made for. */
export interface ShapedEntry {
  readonly id: EntryId;
  /** `grant`: a privilege or role; `unit`: whatever only holds others. */
  readonly kind: Extract<EntryKind, 'user' | 'group' | 'grant' | 'unit'>;
  /** What the entry says before it is shaped. */
  readonly snapshot: Snapshot;
}

/**
 * An attribute that is made anew for each answer, in the place of a stored one of its name or beside all of them. What a filter asks of
 * it is told in terms of stored attributes, so that no value of it is looked for entry by entry.
 */
export interface DerivedAttribute {
  /** A type that the schema has. */
  readonly name: string;
  /** The values; none where the entry has no such attribute. */
  valuesOf(entry: ShapedEntry): AttributeValues;
  /** An item that names the attribute, as a filter of what is stored. */
  plan(item: FilterItem, snapshot: Snapshot): PlannedFilter;
}

/** How a connection sees entries. One object a connection or profile: views are remembered by it. */
export interface Shape {
  readonly derived: readonly DerivedAttribute[];
  /** Whether an attribute, by its name in the schema, is not there. */
  hides(name: string): boolean;
}
