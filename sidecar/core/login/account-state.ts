import type { LoginUser } from '../ports/user-directory.ts';
import type { RefusalReason } from './outcome.ts';

/** Why a user may not log in whatever the password; undefined when nothing is in the way. A block of IceWarp's is not looked at. */
export function findObstacle(user: LoginUser, require: readonly string[]): RefusalReason | undefined {
  if (user.state !== 'enabled') return user.state;
  if (user.passwordCheck !== undefined) return user.passwordCheck;
  const holds = (name: string) => user.privileges.includes(name) || user.roles.includes(name);
  return require.every(holds) ? undefined : 'missing_privilege';
}
