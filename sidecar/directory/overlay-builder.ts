import { localPartOf } from '../core/names.ts';
import type { GrantHolder } from './grants.ts';
import type { SnapshotBlock } from './layout.ts';
import { foldLocalPart, OverlayBase, toBaseBlock } from './overlay-base.ts';
import { layOutOverlay, type OverlayPart } from './overlay-block.ts';
import type { DirectoryDelta } from './overlay-delta.ts';
import { draftCopy, draftList, draftUnit, draftUser } from './overlay-entries.ts';
import { placeLists } from './overlay-lists.ts';
import { advanceState, latestChangeOf } from './overlay-stamps.ts';
import { decodeState, encodeState, isTooLarge, type OverlayState } from './overlay-state.ts';
import { createListNaming, type OverlaidUser, placeUsers, settleShortNames } from './overlay-users.ts';

/**
 * Lays a delta over a block: gives a block that shares its memory and serves what the delta leads to. Several in a row come to one
 * overlay. Takes milliseconds, whatever the size of the directory.
 * Undefined when a whole snapshot is to be built instead: the delta was made to another version, the overlay would become too large,
 * a group changed its name, or a user has the DN of another that is still there.
 */
export function applyDelta(current: SnapshotBlock, delta: DirectoryDelta): SnapshotBlock | undefined {
  if (current.header.generation !== delta.previousGeneration) return undefined;
  const base = new OverlayBase(toBaseBlock(current));
  const state = advanceState(base, decodeState(current), delta);
  if (isTooLarge(state) || !keepsGroupNames(base, state)) return undefined;
  const listsOf = createListNaming(base, state.groups);
  const users = placeUsers(base, state, listsOf);
  const gone = findGone(base, state, users);
  if (users.some(({ dn, replaced }) => replaced === undefined && isTaken(base, dn, gone))) return undefined;
  const plan = planParts(base, state, users, gone, delta.publishedAt);
  const served = {
    generation: delta.generation,
    publishedAtMs: delta.publishedAt.getTime(),
    changedAtMs: latestChangeOf(base, state, gone),
    counts: plan.counts,
  };
  const overlay = layOutOverlay({ base: base.header, served, ...plan, more: [encodeState(state)] });
  return { header: { ...base.header, ...served }, memory: current.memory, overlay };
}

/** Everything an overlay holds, in the order of its places, with ids. */
function planParts(
  base: OverlayBase,
  state: OverlayState,
  users: readonly OverlaidUser[],
  gone: ReadonlySet<number>,
  publishedAt: Date,
) {
  const { counts } = base.header;
  let nextId = counts.entries;
  const { settled, shared, changed } = settleShortNames(base, users, gone);
  const partOfUser = (placed: OverlaidUser): OverlayPart => {
    const isShared = shared.has(foldLocalPart(placed.user.login));
    const draft = draftUser(base, placed, isShared ? undefined : localPartOf(placed.user.login));
    return { draft, id: placed.replaced ?? nextId++, parent: base.units.users.id };
  };
  const copies = [...changed].map(([id, shortName]): OverlayPart => {
    const draft = draftCopy(base, id, [['sAMAccountName', shortName === undefined ? [] : [shortName]]]);
    return { draft, id, parent: base.units.users.id };
  });
  const placed = placeLists(base, state, users, [...gone]);
  const userParts = [...users.map(partOfUser), ...copies];
  const lists = placed
    .filter(({ isGone }) => !isGone)
    .map((list): OverlayPart => {
      const draft = draftList(base, state, list, publishedAt);
      return { draft, id: list.below ?? nextId++, parent: base.units[list.unit].id, kept: list.kept };
    });
  const countOf = (unit: 'groups' | 'privileges' | 'roles') => {
    const own = placed.filter((list) => list.unit === unit);
    const added = own.filter(({ below, isGone }) => below === undefined && !isGone).length;
    return base.countBelow(unit) + added - own.filter(({ below, isGone }) => below !== undefined && isGone).length;
  };
  const below = {
    users: counts.users - gone.size + users.length,
    ...{ groups: countOf('groups'), privileges: countOf('privileges'), roles: countOf('roles') },
  };
  const units = (['users', 'groups', 'privileges', 'roles'] as const).flatMap((unit): OverlayPart[] => {
    const { id } = base.units[unit];
    const draft = draftUnit(base, id, below[unit]);
    return draft === undefined ? [] : [{ draft, id, parent: base.base.id }];
  });
  const hidden = new Set([...gone, ...changed.keys(), ...units.map(({ id }) => id)]);
  for (const list of placed) if (list.below !== undefined) hidden.add(list.below);
  const entries = counts.entries - hidden.size + units.length + userParts.length + lists.length;
  return {
    ...{ units, users: userParts, lists, settledShortNames: settled, sharedShortNames: shared },
    grants: [...users.map(({ user }): GrantHolder => user), ...[...changed.keys()].map((id) => holderOf(base, id))],
    hidden: Uint32Array.from(hidden).sort(),
    counts: { users: below.users, groups: below.groups, entries },
  };
}

function holderOf(base: OverlayBase, id: number): GrantHolder {
  const { isBlocked, passwordCheck, ...grants } = base.grantsOf(id);
  return { ...grants, facts: { isBlocked, passwordCheck } };
}

/** Entries below of users that changed or are gone. */
function findGone(base: OverlayBase, state: OverlayState, users: readonly OverlaidUser[]): ReadonlySet<number> {
  const gone = new Set<number>();
  for (const { below } of users) if (below !== undefined) gone.add(below);
  for (const id of state.removedUsers) {
    const below = base.findUser(id);
    if (below !== undefined) gone.add(below);
  }
  return gone;
}

function isTaken(base: OverlayBase, dn: string, gone: ReadonlySet<number>): boolean {
  const holder = base.findDn(dn);
  return holder !== undefined && !gone.has(holder);
}

function keepsGroupNames(base: OverlayBase, { groups }: OverlayState): boolean {
  for (const { id, name } of groups.values()) {
    const below = base.findGroup(id);
    const holder = base.findDn(base.toListDn('groups', name));
    if (below !== holder) return false;
  }
  return true;
}
