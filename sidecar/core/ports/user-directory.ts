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
  /** IceWarp's login policy had blocked the account when it was last read. */
  readonly isBlocked?: boolean;
  /** Why IceWarp's word about this account's password is worth nothing; undefined when it is. */
  readonly passwordCheck?: PasswordCheck | undefined;
}

/**
 * `any_password`: IceWarp takes every password for right. `directory_loop`: IceWarp asks a directory for the password that is this
 * very service.
 */
export type PasswordCheck = 'any_password' | 'directory_loop';

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
