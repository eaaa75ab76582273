import type { Group } from '../model.ts';
import type { CanonicalReading } from './accounts.ts';
import { compareGroups, compareSets } from './changes.ts';
import type { Claims } from './claims.ts';
import type { Moves } from './moves.ts';
import type { FieldChange, PlanLine } from './plan.ts';

/** A group as read, before it is known whether anything of it changed. */
export interface GroupStep {
  readonly group: Group;
  readonly stored: Group | undefined;
}

/** Gives each group read its id: the stored one of that name, or a fresh one. One of `kept` stays as stored. */
export function matchGroups(
  reading: CanonicalReading,
  stored: ReadonlyMap<string, Group>,
  sourceId: string,
  claims: Claims,
  stamp: Date,
  newId: () => string,
): readonly GroupStep[] {
  const kept = [...stored.values()].filter((group) => reading.kept.has(group.name));
  return [
    ...kept.map((group): GroupStep => {
      const addresses = claims.addressesOfKept(group);
      return { group: addresses.length === group.addresses.length ? group : { ...group, addresses }, stored: group };
    }),
    ...Array.from(reading.groups.values(), (account): GroupStep => {
      const known = stored.get(account.name);
      const { kind, displayName, description, members } = account.read;
      const group: Group = {
        id: known?.id ?? newId(),
        sourceId,
        kind,
        name: account.name,
        displayName,
        description,
        addresses: claims.addressesOf(account),
        members,
        createdAt: known?.createdAt ?? stamp,
        modifiedAt: known?.modifiedAt ?? stamp,
      };
      return { group, stored: known };
    }),
  ];
}

/** What becomes of a group that is served. Keeps the stored object where nothing changes. */
export function planGroup(
  { group, stored }: GroupStep,
  moves: Moves | undefined,
  stamp: Date,
): { readonly group: Group; readonly line: PlanLine | undefined } {
  const address = group.name;
  if (stored === undefined) {
    const changes = [{ field: 'displayName', from: '', to: group.displayName }];
    return { group, line: { kind: 'group_new', address, changes } };
  }
  const served = [...compareGroups(stored, group), ...compareMembers(moves)];
  if (served.length > 0) {
    return { group: { ...group, modifiedAt: stamp }, line: { kind: 'group_changed', address, changes: served } };
  }
  const changes = compareSets('listed members', stored.members, group.members);
  if (changes.length === 0) return { group: stored, line: undefined };
  return { group, line: { kind: 'group_changed', address, changes } };
}

function compareMembers(moves: Moves | undefined): readonly FieldChange[] {
  return moves === undefined ? [] : [{ field: 'members', joined: moves.joined, left: moves.left }];
}
