import type { LdapLimits } from './limits.ts';
import { ResultCode } from './result-codes.ts';

/** Since when a connection waits for its client, as of performance.now(); undefined = it does not. */
export interface WaitingTimes {
  readonly blockedSince: number | undefined;
  readonly unfinishedSince: number | undefined;
  readonly idleSince: number | undefined;
}

/** What is over: the client does not read, so that nothing can be told it; or what it is told when it is shown the door. */
export type Overdue = 'not-reading' | { readonly code: ResultCode; readonly message: string } | undefined;

/** The first of a connection's times that is over at `now`. */
export function findOverdue(times: WaitingTimes, isLoggedIn: boolean, limits: LdapLimits, now: number): Overdue {
  const isOver = (since: number | undefined, ms: number) => since !== undefined && now - since > ms;
  if (isOver(times.blockedSince, limits.drainMs)) return 'not-reading';
  if (isOver(times.unfinishedSince, limits.messageMs)) {
    return { code: ResultCode.protocolError, message: 'a message was not finished' };
  }
  return isOver(times.idleSince, isLoggedIn ? limits.idleMs : limits.anonymousIdleMs)
    ? { code: ResultCode.unavailable, message: 'idle for too long' }
    : undefined;
}
