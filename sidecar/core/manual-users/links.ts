import type { Directory, User } from '../model.ts';

/**
 * The directory as it is served: a manual user may log in only while the account it is linked to may, as far as that account is
 * synchronised; one whose account was removed is `missing` itself. The link follows the account under its present primary address.
 * Gives `directory` itself where nobody is linked.
 */
export function resolveLinks(directory: Directory): Directory {
  const wanted = new Set<string>();
  for (const user of directory.users.values()) if (user.passwordOf !== undefined) wanted.add(user.passwordOf);
  if (wanted.size === 0) return directory;
  const accounts = indexAccounts(directory, wanted);
  const users = new Map(directory.users);
  for (const user of directory.users.values()) {
    const account = user.passwordOf === undefined ? undefined : accounts.get(user.passwordOf);
    if (account !== undefined) users.set(user.id, follow(user, account));
  }
  return { ...directory, users };
}

/** The synchronised users whose accounts these addresses mean, by address. */
export function indexAccounts(directory: Directory, addresses: ReadonlySet<string>): ReadonlyMap<string, User> {
  const accounts = new Map<string, User>();
  for (const user of directory.users.values()) {
    if (user.origin !== 'synchronised') continue;
    for (const address of user.addresses) {
      if (addresses.has(address)) accounts.set(address, chooseOwner(address, accounts.get(address), user));
    }
  }
  return accounts;
}

/** The synchronised user whose account an address means; undefined when none has it. */
export function findAccount(directory: Directory, address: string): User | undefined {
  let found: User | undefined;
  for (const user of directory.users.values()) {
    if (user.origin === 'synchronised' && user.addresses.includes(address)) found = chooseOwner(address, found, user);
  }
  return found;
}

/** A missing user may still bear an address that is somebody else's by now. */
function chooseOwner(address: string, one: User | undefined, other: User): User {
  if (one === undefined) return other;
  const rank = (user: User) => (user.state === 'missing' ? 0 : 2) + (user.login === address ? 1 : 0);
  return rank(other) > rank(one) ? other : one;
}

function follow(user: User, account: User): User {
  return {
    ...user,
    passwordOf: account.login,
    state: user.state === 'enabled' ? account.state : user.state,
    modifiedAt: new Date(Math.max(user.modifiedAt.getTime(), account.modifiedAt.getTime())),
  };
}
