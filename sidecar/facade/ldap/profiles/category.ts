import type { PlannedFilter } from '../../../directory/filter.ts';
import type { DerivedAttribute } from '../../../directory/shape.ts';
import { decodeAssertion, toKey } from '../../../directory/values.ts';
import { isOfKind, readStored } from './derive.ts';

const isGroup = isOfKind(['group']);

/** `objectCategory` of groups beside that of users, which is stored. */
export function deriveCategory(): DerivedAttribute {
  return {
    name: 'objectCategory',
    valuesOf({ id, kind, snapshot }) {
      if (kind !== 'group') return readStored(snapshot, id, 'objectCategory');
      return [`cn=Group,cn=Schema,cn=Configuration,${snapshot.dnOf(0)}`];
    },
    plan(item): PlannedFilter {
      if (item.kind === 'present') return { kind: 'or', filters: [item, isGroup] };
      if (item.kind !== 'equal' && item.kind !== 'approx') return item;
      const names = toKey('category', decodeAssertion(item.value) ?? '') === 'group' ? [isGroup] : [];
      return { kind: 'or', filters: [item, ...names] };
    },
  };
}
