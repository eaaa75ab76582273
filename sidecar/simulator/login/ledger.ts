import type { LoginPolicy } from './policy.ts';

/** Where a login came in: by this interface, or by IMAP, SMTP, POP3 or the web pages of the same server. */
export type Way = 'api' | 'elsewhere';

/** How many failures came in by each way. */
export type FailuresByWay = Readonly<Record<Way, number>>;

/** What the policy makes of an attempt. */
export type Verdict =
  | { readonly kind: 'passed' }
  /** Passed, but held back like a failure. */
  | { readonly kind: 'delayed' }
  /** The password was right and is refused all the same. */
  | { readonly kind: 'blocked' }
  /** The password was wrong; `caused` are the failures that blocked the account by this one. */
  | { readonly kind: 'wrong'; readonly caused?: FailuresByWay };

interface Standing {
  failures: Record<Way, number>;
  lastFailureAt: number;
  blockedUntil: number;
  /** The next right password only unblocks. */
  unblocksOnly: boolean;
}

/**
 * Failures of each account, over every way in, and what they lead to. Accounts are named by key. Holds an entry only for
 * accounts that failed since their last right password; the caller names accounts that exist, which bounds it.
 */
export class LoginLedger {
  readonly #standings = new Map<string, Standing>();

  /** Judges an attempt and counts it. `now` is in milliseconds. */
  record(account: string, right: boolean, way: Way, policy: LoginPolicy, now: number): Verdict {
    if (!policy.enabled) return right ? { kind: 'passed' } : { kind: 'wrong' };
    const standing = this.#find(account, policy, now);
    return right
      ? this.#recordRight(account, standing, policy, now)
      : this.#recordWrong(account, standing, way, policy, now);
  }

  /** Whether the account is blocked now (`U_Blocked`). */
  isBlocked(account: string, policy: LoginPolicy, now: number): boolean {
    return isBlocking(policy) && now < (this.#standings.get(account)?.blockedUntil ?? 0);
  }

  /** Keys of the accounts that are blocked now. */
  blocked(policy: LoginPolicy, now: number): string[] {
    return [...this.#standings.keys()].filter((account) => this.isBlocked(account, policy, now));
  }

  /** Unblocks an account and forgets its failures, as an administrator's button does. */
  forget(account: string): void {
    this.#standings.delete(account);
  }

  clear(): void {
    this.#standings.clear();
  }

  #recordRight(account: string, standing: Standing, policy: LoginPolicy, now: number): Verdict {
    if (policy.mode === 'strict_block' && now < standing.blockedUntil) return { kind: 'blocked' };
    this.#standings.delete(account);
    // In doubt whether it is so only within the period, or for the first right password after it as well: both.
    if (policy.mode === 'block' && standing.unblocksOnly) return { kind: 'blocked' };
    const isDelayed = policy.mode === 'delay' && sum(standing.failures) > 0;
    return { kind: isDelayed ? 'delayed' : 'passed' };
  }

  #recordWrong(account: string, standing: Standing, way: Way, policy: LoginPolicy, now: number): Verdict {
    if (isBlocking(policy) && now < standing.blockedUntil) return { kind: 'wrong' };
    standing.failures[way]++;
    standing.lastFailureAt = now;
    this.#standings.set(account, standing);
    // Whether the last attempt allowed or the one after it blocks is not clear: the earlier one.
    if (!isBlocking(policy) || sum(standing.failures) < policy.attempts) return { kind: 'wrong' };
    const caused = standing.failures;
    standing.failures = { api: 0, elsewhere: 0 };
    standing.blockedUntil = now + policy.blockMs;
    standing.unblocksOnly = true;
    return { kind: 'wrong', caused };
  }

  #find(account: string, policy: LoginPolicy, now: number): Standing {
    const known = this.#standings.get(account);
    if (known === undefined) {
      return { failures: { api: 0, elsewhere: 0 }, lastFailureAt: now, blockedUntil: 0, unblocksOnly: false };
    }
    if (policy.failuresExpire && now - known.lastFailureAt >= policy.blockMs) known.failures = { api: 0, elsewhere: 0 };
    return known;
  }
}

function isBlocking(policy: LoginPolicy): boolean {
  return policy.enabled && policy.mode !== 'delay';
}

function sum(failures: FailuresByWay): number {
  return failures.api + failures.elsewhere;
}
