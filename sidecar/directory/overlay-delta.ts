import { isDeepStrictEqual } from 'node:util';
import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory, Group, User } from '../core/model.ts';

/** Users and groups that an overlay holds at most: with each delta it is laid out anew, which takes about a tenth of a millisecond for each. */
export const maxOverlaidEntries = 500;

/** What a commit changed, when that is little. */
export interface DirectoryDelta {
  /** What the change was made to: a delta fits no other version. */
  readonly previousGeneration: number;
  readonly generation: number;
  readonly publishedAt: Date;
  /**
   * New and changed users, as served: links of manual users resolved (`resolveLinks`), so that with an account come the manual users
   * linked to it.
   */
  readonly users: readonly User[];
  /** Ids of users that are served no longer. */
  readonly removedUsers: readonly string[];
  /**
   * New groups, and those of which something served changed. One whose members alone changed may be left out: it then counts as
   * modified at `publishedAt`.
   */
  readonly groups: readonly Group[];
}

/**
 * What leads from one version of the directory to the next. Undefined when that is no delta but calls for a whole snapshot: too much
 * changed, or a group is gone or bears another name, by which the DNs in its members' entries change.
 */
export function findDelta(stored: Directory, next: Directory, publishedAt: Date): DirectoryDelta | undefined {
  const before = resolveLinks(stored);
  const after = resolveLinks(next);
  const groups = new Set<string>();
  const added = new Set<string>();
  for (const { id, name } of before.groups.values()) if (after.groups.get(id)?.name !== name) return undefined;
  for (const group of after.groups.values()) {
    const known = before.groups.get(group.id);
    if (known === undefined) added.add(group.id);
    if (!isDeepStrictEqual(known, group)) groups.add(group.id);
  }
  const removed: User[] = [];
  for (const user of before.users.values()) if (!after.users.has(user.id)) removed.push(user);
  const users: User[] = [];
  for (const user of after.users.values()) {
    const known = before.users.get(user.id);
    // A membership of a group that was not served until now is no change of the user's own.
    const isServedAnew = added.size > 0 && user.memberships.some(({ groupId }) => added.has(groupId));
    if (!isServedAnew && (known === user || isDeepStrictEqual(known, user))) continue;
    users.push(user);
    for (const id of changedGroups(known, user)) groups.add(id);
    if (users.length + removed.length > maxOverlaidEntries) return undefined;
  }
  for (const user of removed) for (const id of changedGroups(user, undefined)) groups.add(id);
  if (users.length + removed.length + groups.size > maxOverlaidEntries) return undefined;
  return {
    previousGeneration: before.generation,
    ...{ generation: after.generation, publishedAt, users, removedUsers: removed.map(({ id }) => id) },
    groups: [...groups].map((id) => after.groups.get(id)).filter((group) => group !== undefined),
  };
}

/** Groups whose served members differ by what became of one user. */
function changedGroups(before: User | undefined, after: User | undefined): ReadonlySet<string> {
  const idsOf = (user: User | undefined) => new Set(user?.memberships.map(({ groupId }) => groupId));
  return before?.login === after?.login
    ? idsOf(before).symmetricDifference(idsOf(after))
    : idsOf(before).union(idsOf(after));
}
