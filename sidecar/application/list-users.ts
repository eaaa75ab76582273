import type { Directory, User, UserState } from '../core/model.ts';

/** One user as a list shows it. */
export interface UserLine {
  readonly id: string;
  readonly login: string;
  readonly origin: User['origin'];
  /** Of a manual user: the account whose password it has. */
  readonly passwordOf?: string | undefined;
  readonly displayName: string;
  readonly state: UserState;
  readonly aliases: readonly string[];
  readonly groups: readonly string[];
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
}

/**
 * The users of the directory by login name, limited to those whose address or name contains `search` (any case).
 */
export function listUsers(directory: Directory, search = ''): readonly UserLine[] {
  const wanted = search.normalize('NFC').toLowerCase();
  return [...directory.users.values()]
    .filter((user) => matches(user, wanted))
    .map((user) => toLine(directory, user))
    .sort((a, b) => (a.login < b.login ? -1 : 1));
}

function matches(user: User, wanted: string): boolean {
  return (
    wanted === '' ||
    user.displayName.normalize('NFC').toLowerCase().includes(wanted) ||
    user.addresses.some((address) => address.includes(wanted))
  );
}

function toLine(directory: Directory, user: User): UserLine {
  return {
    id: user.id,
    login: user.login,
    origin: user.origin,
    ...(user.passwordOf === undefined ? {} : { passwordOf: user.passwordOf }),
    displayName: user.displayName,
    state: user.state,
    aliases: user.addresses.slice(1),
    groups: user.memberships.map(({ groupId }) => directory.groups.get(groupId)?.name ?? groupId).sort(),
    privileges: user.privileges,
    roles: user.roles,
  };
}
