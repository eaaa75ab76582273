import { DomainError } from '../core/errors.ts';
import { parseAddress } from '../core/names.ts';
import type { ParkedAccount } from '../core/ports/parked-accounts.ts';

const minuteMs = 60_000;
/** Pause after the first, second, third and every further failed reading in a row. */
const pausesMs = [10 * minuteMs, 60 * minuteMs, 6 * 60 * minuteMs, 24 * 60 * minuteMs] as const;

/** So many parked accounts, and more than this share of all, in percent, are no single bad accounts: something is wrong with the server. */
const manyAccounts = 10;
const manyPercent = 5;
/** Longest reason kept, in UTF-16 units. */
const maxReason = 500;

export interface ParkingTerms {
  readonly parked: readonly ParkedAccount[];
  readonly now: Date;
  /** Accounts that are asked for whether they wait or not, canonical. */
  readonly askedFor: (key: string) => boolean;
}

/** The accounts that one run could not read, or does not try to. */
export interface ParkingLot {
  /** So many accounts or groups more are going to be read. */
  expect(listed: number): void;
  /** Whether the account could not be read by the last run. */
  isParked(address: string): boolean;
  /** Whether the account is left alone for now. */
  isWaiting(address: string): boolean;
  /** Leaves an account alone from now on. Throws `upstream_unavailable` when there are too many of them for single faults. */
  park(address: string, reason: string): void;
  /** What is parked after the run: accounts that could be read, or that are listed no more, are left out. */
  list(): readonly ParkedAccount[];
}

export function createParkingLot(terms: ParkingTerms): ParkingLot {
  const { now, askedFor } = terms;
  let expected = 0;
  const before = new Map(terms.parked.map((account) => [toKey(account.address), account]));
  const after = new Map<string, ParkedAccount>();
  return {
    expect(listed) {
      expected += listed;
    },
    isParked: (address) => before.has(toKey(address)),
    isWaiting(address) {
      const key = toKey(address);
      const account = before.get(key);
      if (account === undefined || askedFor(key) || account.nextTryAt.getTime() <= now.getTime()) return false;
      after.set(key, account);
      return true;
    },
    park(address, reason) {
      const key = toKey(address);
      const attempts = (before.get(key)?.attempts ?? 0) + 1;
      const pauseMs = pausesMs[Math.min(attempts, pausesMs.length) - 1] ?? 0;
      const nextTryAt = new Date(now.getTime() + pauseMs);
      after.set(key, { address, reason: reason.slice(0, maxReason), attempts, nextTryAt });
      if (after.size < manyAccounts || after.size * 100 <= expected * manyPercent) return;
      throw new DomainError(
        'upstream_unavailable',
        `${after.size} of ${expected} accounts cannot be read, the last one because: ${reason}; nothing is changed: check the server and the rights of IceWarp's service account`,
      );
    },
    list: () => [...after.values()],
  };
}

function toKey(address: string): string {
  return parseAddress(address) ?? address;
}
