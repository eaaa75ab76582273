import { attributeTypes, findAttribute } from './attributes.ts';
import { maskOf } from './entry-writer.ts';
import { expandClass } from './selections.ts';
import type { DerivedAttribute, Shape } from './shape.ts';
import type { Selection, Snapshot } from './snapshot.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';

/** What {@link Selection.wanted} is for a shaped snapshot. */
export interface ShapedWish {
  /** What is taken from the entry below, values and all. */
  readonly below: Selection;
  readonly derived: readonly DerivedAttribute[];
}

/** Selects the attributes of a shape: stored ones that it shows, and derived ones. */
export function selectShaped(
  shape: Shape,
  below: Snapshot,
  attributes: readonly string[],
  typesOnly: boolean,
): { readonly typesOnly: boolean; readonly wanted: ShapedWish } {
  const named = attributes.flatMap((name) => (name.startsWith('@') ? expandClass(name.slice(1)) : [name]));
  const names = new Set(named.map(toTypeName));
  const all = attributes.length === 0 || names.has('*');
  const derived = shape.derived.filter(({ name }) => !shape.hides(name) && (all || names.has(name)));
  const hidden = new Set(shape.derived.map(({ name }) => name));
  const stored = maskOf(below.select(attributes, false));
  const mask = Uint8Array.from(attributeTypes, ({ id, name }) =>
    stored[id] === 1 && !hidden.has(name) && !shape.hides(name) ? 1 : 0,
  );
  const isWhole = attributeTypes.every(({ id }) => stored[id] === mask[id]);
  // The very selection of below is the quickest one to write.
  const selection = isWhole ? below.select(attributes, derived.length === 0 && typesOnly) : undefined;
  return {
    typesOnly,
    wanted: { below: selection ?? { typesOnly: derived.length === 0 && typesOnly, wanted: mask }, derived },
  };
}

/** The one name of a type in the schema; what is no type stays as it is. */
export function toTypeName(description: string): string {
  return (findAttribute(description) ?? findUnservedAttribute(description))?.name ?? description;
}
