import type { Group, User } from '../core/model.ts';
import { octetsOf, type SnapshotBlock } from './layout.ts';
import { type DirectoryDelta, maxOverlaidEntries } from './overlay-delta.ts';

/** All that an overlay says against the block below: what the deltas since then have come to. */
export interface OverlayState {
  /** By id. */
  readonly users: ReadonlyMap<string, User>;
  readonly removedUsers: ReadonlySet<string>;
  /** By id. */
  readonly groups: ReadonlyMap<string, Group>;
  /** By DN: when the members of a group, privilege or role last changed, as served. */
  readonly stamps: ReadonlyMap<string, string>;
}

const stateSection = 'overlayState';
const times: ReadonlySet<string> = new Set(['createdAt', 'modifiedAt', 'missingSince', 'readAt']);

/** Name and octets of the section that {@link decodeState} reads. */
export function encodeState({ users, removedUsers, groups, stamps }: OverlayState): readonly [string, Buffer] {
  const text = JSON.stringify([[...users.values()], [...removedUsers], [...groups.values()], [...stamps]]);
  return [stateSection, Buffer.from(text, 'utf8')];
}

/** The state of the overlay on a block; an empty one where there is none. */
export function decodeState({ overlay }: SnapshotBlock): OverlayState {
  if (overlay === undefined) {
    return { users: new Map(), removedUsers: new Set(), groups: new Map(), stamps: new Map() };
  }
  const text = octetsOf(overlay, stateSection).toString('utf8');
  const reviveTime = (key: string, value: unknown) =>
    times.has(key) && typeof value === 'string' ? new Date(value) : value;
  type Encoded = readonly [User[], string[], Group[], [string, string][]];
  const [users, removedUsers, groups, stamps] = JSON.parse(text, reviveTime) as Encoded;
  return {
    users: new Map(users.map((user) => [user.id, user])),
    removedUsers: new Set(removedUsers),
    groups: new Map(groups.map((group) => [group.id, group])),
    stamps: new Map(stamps),
  };
}

/** What a state becomes by a delta, times apart. */
export function addDelta(state: OverlayState, delta: DirectoryDelta): OverlayState {
  const users = new Map(state.users);
  const removedUsers = new Set(state.removedUsers);
  const groups = new Map(state.groups);
  for (const user of delta.users) {
    users.set(user.id, user);
    removedUsers.delete(user.id);
  }
  for (const id of delta.removedUsers) {
    users.delete(id);
    removedUsers.add(id);
  }
  for (const group of delta.groups) groups.set(group.id, group);
  return { users, removedUsers, groups, stamps: state.stamps };
}

/** Whether a state is more than an overlay should hold. */
export function isTooLarge({ users, removedUsers, groups }: OverlayState): boolean {
  return users.size + removedUsers.size + groups.size > maxOverlaidEntries;
}

/** Whether what lies over a block is so much that it should be laid out whole before long. */
export function isHalfFull(block: SnapshotBlock): boolean {
  if (block.overlay === undefined) return false;
  const { users, removedUsers, groups } = decodeState(block);
  return (users.size + removedUsers.size + groups.size) * 2 > maxOverlaidEntries;
}
