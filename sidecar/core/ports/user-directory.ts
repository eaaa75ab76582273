import type { UserState } from '../model.ts';
import type { LoginName } from '../names.ts';

/** What a login needs to know of a user. */
export interface LoginUser {
  /** entryUUID. */
  readonly id: string;
  readonly login: LoginName;
  /** The account whose password IceWarp checks: the login itself, or the linked address of a manual user. */
  readonly passwordOf: LoginName;
  readonly state: UserState;
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
}

export type UserMatch =
  | { readonly kind: 'found'; readonly user: LoginUser }
  | { readonly kind: 'unknown' }
  /** A local part that several users have, or an address on two accounts. */
  | { readonly kind: 'ambiguous' };

/** The published directory as the login sees it. */
export interface UserDirectory {
  /** Finds by canonical address (primary or alias), or by a canonical local part that only one user has. */
  findByName(name: string): UserMatch;
  /** Finds by the UUID in its usual text form. */
  findById(id: string): LoginUser | undefined;
}
