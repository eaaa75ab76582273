import type { PlannedFilter } from '../../../directory/filter.ts';
import { findObjectClass } from '../../../directory/object-classes.ts';
import type { DerivedAttribute } from '../../../directory/shape.ts';
import { decodeAssertion } from '../../../directory/values.ts';
import { type DerivedKind, isOfKind, readStored } from './derive.ts';

/** Classes that entries of a kind have beside their own, in the spelling that clients compare with. */
export type AddedClasses = Readonly<Partial<Record<DerivedKind, readonly string[]>>>;

/** Active Directory's, which ready-made filters of archives name. */
export const activeDirectoryClasses: AddedClasses = { user: ['user'], group: ['group'] };
/** RFC 2307 §3. */
export const posixClasses: AddedClasses = { user: ['posixAccount'], group: ['posixGroup'] };

/** `objectClass` with more values. */
export function addClasses(added: AddedClasses): DerivedAttribute {
  const kindsByClass = new Map<string, DerivedKind[]>();
  for (const kind of ['user', 'group'] as const) {
    for (const name of added[kind] ?? []) kindsByClass.set(name, [...(kindsByClass.get(name) ?? []), kind]);
  }
  return {
    name: 'objectClass',
    valuesOf({ id, kind, snapshot }) {
      const own = readStored(snapshot, id, 'objectClass');
      return kind === 'user' || kind === 'group' ? [...own, ...(added[kind] ?? [])] : own;
    },
    plan(item): PlannedFilter {
      if (!('value' in item)) return item;
      const kinds = kindsByClass.get(findObjectClass(decodeAssertion(item.value) ?? '') ?? '');
      const isEquality =
        item.kind === 'equal' || item.kind === 'approx' || (item.kind === 'extensible' && item.rule === undefined);
      return kinds !== undefined && isEquality ? isOfKind(kinds) : item;
    },
  };
}
