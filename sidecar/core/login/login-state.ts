import type { Counters } from './counters.ts';
import type { Fingerprint } from './fingerprints.ts';
import type { Memories } from './memories.ts';
import type { LoginLimits } from './policy.ts';
import { ticksPerMs } from './ticks.ts';

/** How an account stands with the login. */
export interface LoginState {
  /** Failures within the window, and questions under way that count as such until IceWarp accepts. */
  readonly failures: number;
  readonly underWay: number;
  readonly limit: number;
  /** Who keeps the account from logging in: we do until failures have aged, IceWarp's policy did when the account was last read. */
  readonly heldBy: 'nobody' | 'us' | 'icewarp';
  /** Since when we do, or nobody knows. */
  readonly heldSince: Date | undefined;
  readonly lastFailure: Date | undefined;
  /** Passwords that are refused without asking, at most. */
  readonly knownBadPasswords: number;
  /** Memories that would let the last right password in. */
  readonly remembers: readonly ('just_accepted' | 'recent_success' | 'outage')[];
}

export interface LoginStateParts {
  readonly counters: Counters;
  readonly memories: Memories;
  readonly limits: LoginLimits;
  readonly startedAt: Date;
  readonly isBlocked: boolean;
}

export function toLoginState(account: Fingerprint, parts: LoginStateParts): LoginState {
  const { counters, memories, limits } = parts;
  const failures = counters.accounts.count(account);
  const isLocked = failures >= limits.accountFailures;
  const tick = counters.accounts.lastFailureTick(account);
  const lastFailure = tick === 0 ? undefined : new Date(parts.startedAt.getTime() + (tick - 1) / ticksPerMs);
  const { justAccepted, recentSuccess, outage } = memories;
  const kept = [
    ['just_accepted', justAccepted],
    ['recent_success', recentSuccess],
    ['outage', outage],
  ] as const;
  return {
    failures,
    underWay: counters.accounts.underWay(account),
    limit: limits.accountFailures,
    heldBy: isLocked ? 'us' : parts.isBlocked ? 'icewarp' : 'nobody',
    heldSince: isLocked ? lastFailure : undefined,
    lastFailure,
    knownBadPasswords: memories.knownBad.countOf(account),
    remembers: kept.filter(([, memory]) => memory.holds(account)).map(([name]) => name),
  };
}
