import { type AttributeName, attributeNamed } from './attributes.ts';
import { formatNormalDn, parseDn } from './dn.ts';
import { describeGrant, describeGroup, describeUser, type Entry, type EntryAttribute } from './entries.ts';
import { formatTime } from './number-values.ts';
import type { OverlayBase } from './overlay-base.ts';
import type { OverlaidList } from './overlay-lists.ts';
import { laterOf } from './overlay-stamps.ts';
import type { OverlayState } from './overlay-state.ts';
import type { OverlaidUser } from './overlay-users.ts';
import type { EntryName } from './tree.ts';

/** An entry of an overlay before it has its place in it. */
export type Draft = (place: number) => Entry;

/** `shortName`: the local part where nobody else has it. */
export function draftUser(base: OverlayBase, { user, dn, lists }: OverlaidUser, shortName: string | undefined): Draft {
  return (place) => {
    const entry = describeUser({ name: nameOf(place, dn), user, memberOf: [], shortName }, base.units.users, base.base);
    return withValues(entry, [['memberOf', lists.map((list) => list.dn)]]);
  };
}

/** An entry as it is below, but for some attributes. */
export function draftCopy(base: OverlayBase, id: number, changed: readonly EntryAttribute[]): Draft {
  return (place) => {
    const name = nameOf(place, base.dnOf(id));
    return withValues({ name, parent: 0, subtreeEnd: place + 1, attributes: base.attributesOf(id) }, changed);
  };
}

/** `member` has those added alone. */
export function draftList(base: OverlayBase, state: OverlayState, list: OverlaidList, publishedAt: Date): Draft {
  const { dn, unit, label, below, added } = list;
  const stamp = state.stamps.get(dn);
  const group = unit === 'groups' ? findGroup(state, label) : undefined;
  return (place) => {
    const name = nameOf(place, dn);
    if (group !== undefined) {
      const entry = describeGroup(group, name, added, base.units.groups);
      return withValues(entry, [['modifyTimestamp', [laterOf(stamp, formatTime(group.modifiedAt))]]]);
    }
    const modified = laterOf(
      stamp,
      below === undefined ? formatTime(publishedAt) : base.valueOf(below, 'modifyTimestamp'),
    );
    if (below === undefined) {
      // All privileges and roles are as old as the base entry.
      const created = base.valueOf(base.base.id, 'createTimestamp');
      return describeGrant({ name, label }, added, base.units[unit], { created, modified });
    }
    return draftCopy(base, below, [
      ['member', added],
      ['modifyTimestamp', [modified]],
    ])(place);
  };
}

/** The unit with `count` entries below it; undefined when it has as many now. */
export function draftUnit(base: OverlayBase, id: number, count: number): Draft | undefined {
  if (base.valueOf(id, 'numSubordinates') === String(count)) return undefined;
  return draftCopy(base, id, [
    ['hasSubordinates', [count > 0 ? 'TRUE' : 'FALSE']],
    ['numSubordinates', [String(count)]],
  ]);
}

function findGroup({ groups }: OverlayState, name: string) {
  for (const group of groups.values()) if (group.name === name) return group;
  return undefined;
}

function nameOf(place: number, dn: string): EntryName {
  return { id: place, text: dn, normal: formatNormalDn(parseDn(dn)) };
}

/** The entry with other values of some attributes, in the order of attributes.ts. */
function withValues(entry: Entry, changed: readonly EntryAttribute[]): Entry {
  const attributes = new Map<AttributeName, EntryAttribute>(entry.attributes.map((own) => [own[0], own]));
  for (const own of changed) attributes.set(own[0], own);
  const idOf = ([name]: EntryAttribute) => attributeNamed(name).id;
  return { ...entry, attributes: [...attributes.values()].sort((a, b) => idOf(a) - idOf(b)) };
}
