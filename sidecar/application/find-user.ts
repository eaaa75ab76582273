import { DomainError } from '../core/errors.ts';
import type { Directory, User } from '../core/model.ts';
import { localPartOf, parseAddress } from '../core/names.ts';

/**
 * The user that an administrator means: by primary address, alias, UUID, or a local part that only one user has.
 * Throws `not_found`, or `conflict` (naming the candidates) when several fit.
 */
export function findUser(directory: Directory, name: string): User {
  const byId = directory.users.get(name.toLowerCase());
  if (byId !== undefined) return byId;
  const address = parseAddress(name);
  const local = name.trim().normalize('NFC').toLowerCase();
  const users = [...directory.users.values()];
  const byLogin = users.find((user) => user.login === address);
  if (byLogin !== undefined) return byLogin;
  const hits = users.filter((user) =>
    address === undefined ? localPartOf(user.login) === local : user.addresses.includes(address),
  );
  const [hit, ...others] = hits;
  if (hit === undefined) {
    throw new DomainError('not_found', `no user "${name}" in the directory as last committed (try: users ${name})`);
  }
  if (others.length > 0) {
    const candidates = hits.slice(0, 5).map((user) => user.login);
    throw new DomainError(
      'conflict',
      `"${name}" may be any of ${hits.length} users (${candidates.join(', ')} …): give the whole address`,
    );
  }
  return hit;
}
