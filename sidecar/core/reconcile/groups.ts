import type { Directory, Group } from '../model.ts';
import type { CanonicalReading } from './accounts.ts';
import { compareGroups, compareSets } from './changes.ts';
import type { Claims } from './claims.ts';
import type { PlanLine } from './plan.ts';

/** A group as read, before it is known whether anything of it changed. */
export interface GroupStep {
  readonly group: Group;
  readonly stored: Group | undefined;
}

/** Gives each group read its id: the stored one of that name, or a fresh one. An unclear group stays as stored. */
export function matchGroups(
  reading: CanonicalReading,
  current: Directory,
  sourceId: string,
  claims: Claims,
  stamp: Date,
  newId: () => string,
): readonly GroupStep[] {
  const known = new Map<string, Group>();
  for (const group of current.groups.values()) if (group.sourceId === sourceId) known.set(group.name, group);
  const unclear = [...known.values()].filter((group) => reading.contradictory.has(group.name));
  return [
    ...unclear.map((group): GroupStep => ({ group, stored: group })),
    ...reading.groups.map((account): GroupStep => {
      const stored = known.get(account.name);
      const { kind, displayName, description, members } = account.read;
      const group: Group = {
        id: stored?.id ?? newId(),
        sourceId,
        kind,
        name: account.name,
        displayName,
        description,
        addresses: claims.addressesOf(account),
        members,
        createdAt: stored?.createdAt ?? stamp,
        modifiedAt: stored?.modifiedAt ?? stamp,
      };
      return { group, stored };
    }),
  ];
}

/** Users who join and leave a group with the plan. */
export interface Moves {
  joined: number;
  left: number;
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
  const served = [...compareGroups(stored, group), ...(moves ? [{ field: 'members', ...moves }] : [])];
  if (served.length > 0) {
    return { group: { ...group, modifiedAt: stamp }, line: { kind: 'group_changed', address, changes: served } };
  }
  const changes = compareSets('listed members', stored.members, group.members);
  if (changes.length === 0) return { group: stored, line: undefined };
  return { group, line: { kind: 'group_changed', address, changes } };
}
