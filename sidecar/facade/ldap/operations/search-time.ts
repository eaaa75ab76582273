import type { LdapLimits } from '../limits.ts';
import { type LdapResult, OperationError, ResultCode } from '../result-codes.ts';
import type { SearchRequest } from '../search-request.ts';

/** What a search that takes longer than its client allows ends with. */
export const timeLimitExceeded: LdapResult = {
  code: ResultCode.timeLimitExceeded,
  message: 'the time asked for is over',
};

/** The time that one search has. */
export interface SearchTime {
  /** Whether the client's own limit is over. */
  isOver(): boolean;
  /** Throws OperationError when the client's limit is over, or ours for finding and sorting: before the first entry, so nothing is cut. */
  check(): void;
}

/** Starts the clock of a search. */
export function startSearchTime({ timeLimitSeconds }: SearchRequest, { searchMs }: LdapLimits): SearchTime {
  const startedAt = performance.now();
  const limitMs = timeLimitSeconds * 1000;
  const isOver = () => limitMs > 0 && performance.now() - startedAt > limitMs;
  return {
    isOver,
    check() {
      if (isOver()) throw new OperationError(timeLimitExceeded.code, timeLimitExceeded.message);
      if (searchMs > 0 && performance.now() - startedAt > searchMs) {
        throw new OperationError(
          ResultCode.adminLimitExceeded,
          'the search takes longer than it may here (ldap.limits.searchSeconds)',
        );
      }
    },
  };
}
