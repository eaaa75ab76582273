import type { Directory, Group } from '../core/model.ts';

/** One group as a list shows it. */
export interface GroupLine {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly kind: Group['kind'];
  /** As IceWarp lists them. */
  readonly directMembers: readonly string[];
  /** Login names of the users that are in it, nesting and `[domain]` resolved. */
  readonly effectiveMembers: readonly string[];
}

/** The groups of the directory by address, limited to those whose address or name contains `search` (any case). */
export function listGroups(directory: Directory, search = ''): readonly GroupLine[] {
  const wanted = search.normalize('NFC').toLowerCase();
  const members = new Map<string, string[]>();
  for (const user of directory.users.values()) {
    for (const { groupId } of user.memberships) {
      const logins = members.get(groupId);
      if (logins === undefined) members.set(groupId, [user.login]);
      else logins.push(user.login);
    }
  }
  return [...directory.groups.values()]
    .filter((group) => wanted === '' || group.name.includes(wanted) || group.displayName.toLowerCase().includes(wanted))
    .map((group) => ({
      id: group.id,
      name: group.name,
      displayName: group.displayName,
      kind: group.kind,
      directMembers: group.members,
      effectiveMembers: (members.get(group.id) ?? []).sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
