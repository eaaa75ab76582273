import type { Directory, Group, User } from '../model.ts';

/** The directory as last committed, from the point of view of one source. */
export interface StoredEntries {
  /** Synchronised users of the source, by login. */
  readonly users: ReadonlyMap<string, User>;
  /** Groups of the source, by name. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Manual users, whatever their source. */
  readonly manual: readonly User[];
  /** All users whom a run of the source never touches, manual ones among them. */
  readonly others: readonly User[];
}

export function sortStored(current: Directory, sourceId: string): StoredEntries {
  const users = new Map<string, User>();
  const others: User[] = [];
  for (const user of current.users.values()) {
    if (user.origin === 'synchronised' && user.sourceId === sourceId) users.set(user.login, user);
    else others.push(user);
  }
  const groups = new Map<string, Group>();
  for (const group of current.groups.values()) if (group.sourceId === sourceId) groups.set(group.name, group);
  return { users, groups, others, manual: others.filter((user) => user.origin === 'manual') };
}
