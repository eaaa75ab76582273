import { attributeTypes, findAttribute } from './attributes.ts';
import { attributesOfClass } from './class-definitions.ts';
import { findObjectClass } from './object-classes.ts';
import type { Selection } from './snapshot.ts';

/** What {@link Selection.wanted} is here: by id of type, 1 = wanted; or all user attributes and no other. */
export type Wanted = 'user-attributes' | Uint8Array;

/** Requests remembered, and the longest attribute list that is. */
const maxRemembered = 256;
const maxKeyLength = 1024;

type Select = (attributes: readonly string[], typesOnly: boolean) => Selection;

/** {@link Snapshot.select} of stored attributes. */
export function createSelector(): Select {
  return rememberSelections((attributes, typesOnly) => ({ typesOnly, wanted: parseWanted(attributes) }));
}

/** {@link Snapshot.select} with a memory: an application asks for the same attributes again and again. */
export function rememberSelections(select: Select): Select {
  const remembered = new Map<string, Selection>();
  const everything = select([], false);
  return (attributes, typesOnly) => {
    if (attributes.length === 0 && !typesOnly) return everything;
    // JSON, for no name may run into the next whatever octets a client sends.
    const key = JSON.stringify([typesOnly, attributes]);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const selection = select(attributes, typesOnly);
    if (key.length <= maxKeyLength) {
      if (remembered.size === maxRemembered) remembered.clear();
      remembered.set(key, selection);
    }
    return selection;
  };
}

function parseWanted(attributes: readonly string[]): Wanted {
  const mask = new Uint8Array(attributeTypes.length);
  const names = attributes.flatMap((name) => (name.startsWith('@') ? expandClass(name.slice(1)) : [name]));
  const all = attributes.length === 0 || names.includes('*');
  const allOperational = names.includes('+');
  for (const { id, operational } of attributeTypes) {
    if (operational ? allOperational : all) mask[id] = 1;
  }
  // An unknown name selects nothing, and `1.1` is one (RFC 4511 §4.5.1.8).
  for (const name of names) {
    const id = findAttribute(name)?.id;
    if (id !== undefined) mask[id] = 1;
  }
  const isShortcut = all && attributeTypes.every(({ id, operational }) => !operational || mask[id] === 0);
  return isShortcut ? 'user-attributes' : mask;
}

/**
 * What `@class` in an attribute list stands for (RFC 4529 §3): all attributes that the class and its superclasses allow. Nothing for a
 * class without a definition here.
 */
export function expandClass(description: string): readonly string[] {
  const name = findObjectClass(description);
  // It allows every attribute.
  if (name === 'extensibleObject') return ['*'];
  return name === undefined ? [] : attributesOfClass(name);
}
