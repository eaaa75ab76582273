import { DomainError, messageOf } from '../errors.ts';
import type { AccountAnswer, Accounts } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

export interface AccountLookUpPorts {
  /** Reads one account from the mail server and makes it known; rejects when that could not be told. */
  readonly read: (address: string) => Promise<AccountAnswer>;
  /** Whether an address is surely none of the mail server's domains that are synchronised: nothing is asked then. */
  readonly isForeign: (address: string) => boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** An answer, a failure too, holds for so long. */
const keptMs = 60_000;
const perSecond = 5;
/** So many of them for accounts that are known already: an unknown one has somebody waiting. */
const refreshesPerSecond = 3;
/** A server that does not answer is not asked more. */
const maxUnderWay = 16;

/**
 * Reads single accounts seldom enough that nobody's logins and searches become a load: each once a minute, five a second in all. What
 * is beyond that cannot be told (`upstream_undecided`). What is kept is bounded by the rate.
 */
export function createAccountLookUps({ read, isForeign, clock, log }: AccountLookUpPorts): Accounts {
  const known = new Map<string, { readonly at: number; readonly answer: Promise<AccountAnswer> }>();
  let latest: readonly number[] = [];
  let underWay = 0;

  function recall(address: string, now: number): Promise<AccountAnswer> | undefined {
    // In the order of their time; a clock that was set back ends what seems to come from the future.
    for (const [each, { at }] of known) {
      if (now - at < keptMs && now >= at) break;
      known.delete(each);
    }
    return known.get(address)?.answer;
  }

  function begin(address: string, now: number): Promise<AccountAnswer> {
    latest = [...latest, now];
    underWay += 1;
    const answer = read(address).finally(() => {
      underWay -= 1;
    });
    known.set(address, { at: now, answer });
    return answer;
  }

  function hasRoom(now: number, limit: number): boolean {
    latest = latest.filter((at) => now - at < 1000 && now >= at);
    return latest.length < limit && underWay < maxUnderWay;
  }

  return {
    async lookUp(address) {
      if (isForeign(address)) return 'not_there';
      const now = clock.now().getTime();
      const recalled = recall(address, now);
      if (recalled !== undefined) return await recalled;
      if (hasRoom(now, perSecond)) return await begin(address, now);
      throw new DomainError('upstream_undecided', 'too many unknown accounts are looked up at once; try again');
    },
    refresh(address) {
      const now = clock.now().getTime();
      if (recall(address, now) !== undefined || !hasRoom(now, refreshesPerSecond)) return;
      begin(address, now).catch((error: unknown) => {
        log.info('an account that logs in could not be read anew', { address, reason: messageOf(error) });
      });
    },
  };
}
