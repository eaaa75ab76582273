import type { LoginSettings } from './settings.ts';

/** IceWarp's own login policy, as `C_Accounts_Policies_Login_*` has it. */
export interface LoginPolicy {
  readonly isEnabled: boolean;
  /** Failures after which it acts. */
  readonly attempts: number;
  readonly blockPeriodMs: number;
  readonly mode: 'delay' | 'block' | 'strict_block';
}

/** How many failures we let happen before we stop asking. */
export interface LoginLimits {
  readonly accountFailures: number;
  readonly addressFailures: number;
  /** Failures are counted over this time. */
  readonly windowMs: number;
  /** From so many failures in a row a refused password is not asked about again; infinite where failures lock nobody. */
  readonly failuresInARow: number;
  /** IceWarp may hold a right password back for this long after a failure. */
  readonly blockMs: number;
}

const minuteMs = 60_000;
/** Where nothing can be read of IceWarp's policy. */
const unknownPolicyFailures = 3;
/** Failures left to the owner's other ways in: web mail and phones count at IceWarp too. */
const reserve = 2;

/** Our limits below IceWarp's own. A policy of 1 cannot be undercut: then one question is the least that a login needs. */
export function toLimits(policy: LoginPolicy | undefined, settings: LoginSettings['limits']): LoginLimits {
  const windowMs = settings.windowMinutes * minuteMs;
  const isKnown = policy?.isEnabled === true;
  const safe = isKnown ? Math.max(1, policy.attempts - reserve) : unknownPolicyFailures;
  const wanted = settings.accountFailures === 0 ? safe : settings.accountFailures;
  const accountFailures = isKnown ? Math.min(safe, wanted) : wanted;
  const locksNobody = policy !== undefined && (!policy.isEnabled || policy.mode === 'delay');
  return {
    accountFailures,
    // Whether IceWarp forgets failures in time is documented nowhere: it may count all those since the last right password.
    failuresInARow: locksNobody ? Number.POSITIVE_INFINITY : accountFailures,
    addressFailures: settings.addressFailures,
    windowMs: isKnown ? Math.max(windowMs, policy.blockPeriodMs) : windowMs,
    blockMs: isKnown && policy.blockPeriodMs > 0 ? policy.blockPeriodMs : settings.blockMinutes * minuteMs,
  };
}
