import { splitAddress, toAddressKey } from '../company/addresses.ts';
import type { Account } from '../company/model.ts';
import type { ServerState } from '../server-state.ts';
import { findAccount, isPassword, isSecondFactor } from './credentials.ts';
import type { Verdict, Way } from './ledger.ts';
import { type LoginPolicy, readLoginPolicy } from './policy.ts';
import { isListed } from './sources.ts';

/** Somebody who wants in. */
export interface LoginAttempt {
  readonly name: string;
  readonly password: string;
  /** Code of the second factor; undefined where none is asked for. */
  readonly code: string | undefined;
  /** IP address of the client. */
  readonly source: string;
  readonly way: Way;
}

/** Why a login is refused. Only `invalid` means that the password was wrong, and not even that always. */
export type LoginRefusal = 'invalid' | 'blocked' | 'disabled' | 'closed' | 'source' | 'second_factor';

/** What came of it, and how long the answer is held back, in milliseconds. */
export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly account: Account; readonly holdMs: number }
  | { readonly kind: 'refused'; readonly reason: LoginRefusal; readonly holdMs: number };

/** Checks a login, by whatever way it comes in, and counts it. A failure counts at once, though its answer is held back. */
export function attemptLogin(attempt: LoginAttempt, state: ServerState): LoginOutcome {
  const { company, ledger, loginStatistics, tarpit, intrusionPrevention } = state;
  const { name, source, way } = attempt;
  const policy = readLoginPolicy(company.server);
  const now = state.clock.now();
  const account = findAccount(name, company, policy);
  const key = account === undefined ? undefined : toAddressKey(account.address);
  const isRight = account !== undefined && isPassword(account, attempt.password);
  const verdict: Verdict = key === undefined ? { kind: 'wrong' } : ledger.record(key, isRight, way, policy, now);

  if (account === undefined || key === undefined || verdict.kind === 'wrong') {
    loginStatistics.count(key, way, 'failures');
    if (key !== undefined && verdict.kind === 'wrong' && verdict.caused !== undefined) {
      loginStatistics.countBlock(key, way, verdict.caused, now);
    }
    intrusionPrevention.fail(source, now);
    // Held back in every mode: seen on a server whose mode is not known.
    return { kind: 'refused', reason: 'invalid', holdMs: tarpit.fail(key ?? name) };
  }

  const reason = verdict.kind === 'blocked' ? 'blocked' : findRefusal(account, attempt, policy, state);
  loginStatistics.count(key, way, reason === undefined ? 'accepted' : 'refusals');
  if (reason === 'blocked') {
    intrusionPrevention.fail(source, now);
    const { blockedAsInvalid } = company.server.dialect;
    return blockedAsInvalid
      ? { kind: 'refused', reason: 'invalid', holdMs: tarpit.fail(key) }
      : { kind: 'refused', reason, holdMs: 0 };
  }
  const holdMs = verdict.kind === 'delayed' ? tarpit.holdMs : 0;
  if (verdict.kind === 'delayed') loginStatistics.countDelay(key, way);
  tarpit.succeed(key);
  return reason === undefined ? { kind: 'accepted', account, holdMs } : { kind: 'refused', reason, holdMs };
}

/** What else speaks against an account whose password was right: disabled comes first, the second factor last. */
function findRefusal(
  account: Account,
  { code, source }: LoginAttempt,
  policy: LoginPolicy,
  { company, clock }: ServerState,
): LoginRefusal | undefined {
  const now = clock.now();
  if (account.state === 'disabled') return 'disabled';
  if (account.blocked) return 'blocked';
  if (account.state !== 'enabled' || isOver(account.validTill, now)) return 'closed';
  const domain = company.domain(splitAddress(account.address).domain);
  if (domain?.loginDisabled || isOver(domain?.expiresOn ?? '', now)) return 'closed';
  if (policy.restrictsSources && account.sources.length > 0 && !isListed(source, account.sources)) return 'source';
  // An expired password still opens this interface.
  const { secondFactor } = account;
  if (secondFactor === null || code === undefined || isListed(source, policy.secondFactorBypass)) return undefined;
  return isSecondFactor(secondFactor, code, now) ? undefined : 'second_factor';
}

/** Whether the last valid day (`yyyy/mm/dd`, UTC) is over; an empty one never is. */
function isOver(lastDay: string, now: number): boolean {
  return lastDay !== '' && new Date(now).toISOString().slice(0, 10).replaceAll('-', '/') > lastDay;
}
