import type { LoginLimits } from '../core/login/policy.ts';
import type { User, UserState } from '../core/model.ts';
import type { PasswordCheck } from '../core/ports/user-directory.ts';

/** Where people log in: a listener of LDAP, a client of OIDC. */
export interface LoginEntrance {
  readonly facade: string;
  /** Unique within the facade; undefined: none that exists, but what one with these terms would do. */
  readonly name: string | undefined;
  /** Privileges or roles, all of which are needed. */
  readonly require: readonly string[];
}

/** When logins failed, the latest first, and how many are let happen. */
export interface FailureHistory {
  /** Of the account whose password it is. */
  readonly account: readonly Date[];
  /** Of the address where the user is; empty when it is not known. */
  readonly address: readonly Date[];
  readonly limits: LoginLimits;
}

/** The first step of a login at which the user would be refused now, a right password notwithstanding. */
export type LoginRefusal =
  | { readonly step: 'state'; readonly state: Exclude<UserState, 'enabled'> }
  /** IceWarp's word about this account's password is worth nothing. */
  | { readonly step: PasswordCheck }
  /** These of what is required are neither a privilege nor a role of the user as served. */
  | { readonly step: 'require'; readonly missing: readonly string[] }
  /** IceWarp's own login policy blocked the account when it was last read; it is asked again before a refusal. */
  | { readonly step: 'blocked_in_icewarp' }
  /** So many logins failed that IceWarp is not asked before `until`. */
  | {
      readonly step: 'account_failures' | 'address_failures';
      readonly failures: number;
      readonly limit: number;
      readonly until: Date;
    };

/** One entrance and what it would say; `refusal` null: the user would get in with the right password. */
export interface LoginCheck extends LoginEntrance {
  readonly refusal: LoginRefusal | null;
}

/**
 * Whether a right password would let a user in now, asked in the order of a login. `user`: as served, for that is what a login goes by,
 * whatever the mapping files say by now. What only a running service has in memory (passwords refused before) is not looked at.
 */
export function findLoginRefusal(
  user: Pick<User, 'state' | 'facts' | 'privileges' | 'roles'>,
  require: readonly string[],
  history: FailureHistory,
  now: Date,
): LoginRefusal | undefined {
  const { state, facts, privileges, roles } = user;
  if (state !== 'enabled') return { step: 'state', state };
  const { passwordCheck } = facts;
  if (passwordCheck === 'any_password' || passwordCheck === 'directory_loop') return { step: passwordCheck };
  const missing = require.filter((name) => !privileges.includes(name) && !roles.includes(name));
  if (missing.length > 0) return { step: 'require', missing };
  if (facts.isBlocked === true) return { step: 'blocked_in_icewarp' };
  const { limits } = history;
  return (
    findLock('account_failures', history.account, limits.accountFailures, limits.windowMs, now) ??
    findLock('address_failures', history.address, limits.addressFailures, limits.windowMs, now)
  );
}

function findLock(
  step: 'account_failures' | 'address_failures',
  times: readonly Date[],
  limit: number,
  windowMs: number,
  now: Date,
): LoginRefusal | undefined {
  const counted = times.filter((time) => time.getTime() > now.getTime() - windowMs);
  // The lock ends with the oldest of the latest `limit`: then there is room for one more.
  const decisive = counted[limit - 1];
  if (decisive === undefined) return undefined;
  return { step, failures: counted.length, limit, until: new Date(decisive.getTime() + windowMs) };
}
