import type { Directory, User } from '../model.ts';
import { toArchiveRight } from './privileges.ts';

/** Somebody's archive, by every address that a privilege may name it by. All canonical. */
export interface Archive {
  /** Undefined: nobody in the directory bears the address; what is left of a leaver, perhaps. */
  readonly owner: User | undefined;
  readonly addresses: ReadonlySet<string>;
  /** Addresses of the groups that the owner is an effective member of. */
  readonly groups: ReadonlySet<string>;
}

/** Finds archives and groups by any of their addresses. */
export interface ArchiveFinder {
  archiveOf(address: string): Archive;
  /** Users that are effective members of the group; undefined when no group bears the address. */
  membersOf(groupAddress: string): readonly User[] | undefined;
}

export function createArchiveFinder(directory: Directory): ArchiveFinder {
  const owners = new Map<string, User>();
  for (const user of directory.users.values()) for (const address of user.addresses) owners.set(address, user);
  const groupIds = new Map<string, string>();
  for (const { id, addresses } of directory.groups.values()) for (const each of addresses) groupIds.set(each, id);
  let members: ReadonlyMap<string, readonly User[]> | undefined;
  return {
    archiveOf(address) {
      const owner = owners.get(address);
      const groups = (owner?.memberships ?? []).flatMap(
        ({ groupId }) => directory.groups.get(groupId)?.addresses ?? [],
      );
      return { owner, addresses: new Set([address, ...(owner?.addresses ?? [])]), groups: new Set(groups) };
    },
    membersOf(groupAddress) {
      const id = groupIds.get(groupAddress);
      if (id === undefined) return undefined;
      members ??= indexMembers(directory);
      return members.get(id) ?? [];
    },
  };
}

/** Whether the privilege opens the archive to whoever holds it. `ReadOwnArchive` and its sisters are not asked about. */
export function opensArchive(privilege: string, archive: Archive): boolean {
  const archives = toArchiveRight(privilege)?.archives;
  if (archives === undefined) return false;
  if (archives.kind === 'all') return true;
  return (archives.kind === 'group' ? archive.groups : archive.addresses).has(archives.address);
}

function indexMembers(directory: Directory): ReadonlyMap<string, readonly User[]> {
  const members = new Map<string, User[]>();
  for (const user of directory.users.values()) {
    for (const { groupId } of user.memberships) {
      const users = members.get(groupId);
      if (users === undefined) members.set(groupId, [user]);
      else users.push(user);
    }
  }
  return members;
}
