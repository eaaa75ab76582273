import { findAttribute, orderedSyntaxes } from '../../../directory/attributes.ts';
import { type FilterItem, type PlannedFilter, undefinedFilter } from '../../../directory/filter.ts';
import { createItemTest } from '../../../directory/item-test.ts';
import type { DerivedAttribute, ShapedEntry } from '../../../directory/shape.ts';
import type { Snapshot } from '../../../directory/snapshot.ts';
import type { AttributeValues } from '../../../directory/transform-entry.ts';
import { findUnservedAttribute } from '../../../directory/unserved-attributes.ts';

export type DerivedKind = 'user' | 'group';
type Order = 'equal' | 'greaterOrEqual' | 'lessOrEqual';

/** The class that all entries of a kind have, and no other. */
export const classOfKind = { user: 'icewarpAccount', group: 'icewarpGroup' } as const;

export interface Derivation {
  readonly name: string;
  /** Entries of which kinds have it. */
  readonly kinds: readonly DerivedKind[];
  valuesOf(entry: ShapedEntry): AttributeValues;
  /** Of those, which ones have a value; all when left out. */
  readonly isPresent?: PlannedFilter;
  /** Which entries have a value equal to this one, or after or before it; undefined where nobody can ask so. */
  find(value: Uint8Array, order: Order, snapshot: Snapshot): PlannedFilter | undefined;
}

/** An attribute that users, groups or both have, asked for by presence, by equality and by order. */
export function deriveValue({ name, kinds, valuesOf, isPresent, find }: Derivation): DerivedAttribute {
  const ofKinds = isOfKind(kinds);
  const hasKind: PlannedFilter = isPresent === undefined ? ofKinds : { kind: 'and', filters: [ofKinds, isPresent] };
  return {
    name,
    valuesOf: (entry) => (kinds.some((kind) => kind === entry.kind) ? valuesOf(entry) : []),
    plan(item, snapshot) {
      if (item.kind === 'present') return hasKind;
      if (item.kind === 'substring' || !isAsserted(name, item)) return undefinedFilter;
      const order = item.kind === 'greaterOrEqual' || item.kind === 'lessOrEqual' ? item.kind : 'equal';
      const found = find(item.value, order, snapshot);
      return found === undefined ? undefinedFilter : { kind: 'and', filters: [hasKind, found] };
    },
  };
}

/** The values of a stored attribute under another name, for entries of some kinds. */
export function deriveCopy(name: string, stored: string, kinds: readonly DerivedKind[]): DerivedAttribute {
  const hasKind = isOfKind(kinds);
  return {
    name,
    valuesOf: ({ id, kind, snapshot }) => (kinds.some((one) => one === kind) ? readStored(snapshot, id, stored) : []),
    plan: (item) =>
      isAsserted(stored, item) ? { kind: 'and', filters: [hasKind, { ...item, attribute: stored }] } : undefinedFilter,
  };
}

/** One value that all entries of some kinds have. */
export function deriveConstant(name: string, value: string, kinds: readonly DerivedKind[]): DerivedAttribute {
  const hasKind = isOfKind(kinds);
  return {
    name,
    valuesOf: ({ kind }) => (kinds.some((one) => one === kind) ? [value] : []),
    plan(item) {
      const test = createItemTest(item, shapeOf(name));
      if (test === undefined) return undefinedFilter;
      return test([value]) ? hasKind : { kind: 'or', filters: [] };
    },
  };
}

/** Only the first value is shown; filters find an entry by any. */
export function showFirst(name: string): DerivedAttribute {
  return {
    name,
    valuesOf: ({ id, snapshot }) => readStored(snapshot, id, name).slice(0, 1),
    plan: (item) => item,
  };
}

/** Entries of some kinds. */
export function isOfKind(kinds: readonly DerivedKind[]): PlannedFilter {
  const filters = kinds.map((kind): PlannedFilter => {
    return { kind: 'equal', attribute: 'objectClass', value: Buffer.from(classOfKind[kind]) };
  });
  return { kind: 'or', filters };
}

/** Values of a stored attribute. */
export function readStored(snapshot: Snapshot, id: number, name: string): readonly string[] {
  const type = findAttribute(name);
  return type === undefined ? [] : snapshot.valuesOf(id, type);
}

/** Whether an item can be TRUE or FALSE: its value is one of the attribute's, and the attribute can be asked for so. */
function isAsserted(name: string, item: FilterItem): boolean {
  if ((findAttribute(name) ?? findUnservedAttribute(name))?.syntax === undefined) return item.kind === 'equal';
  return createItemTest(item, shapeOf(name)) !== undefined;
}

function shapeOf(name: string) {
  const syntax = (findAttribute(name) ?? findUnservedAttribute(name))?.syntax ?? 'text';
  return { syntax, ordered: orderedSyntaxes.has(syntax) };
}
