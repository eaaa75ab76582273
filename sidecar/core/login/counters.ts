import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { CountedFailure, FailureChange, FailureCounters, FailureSubject } from '../ports/failure-counters.ts';
import type { Log } from '../ports/log.ts';
import { FailureRecords } from './failure-records.ts';
import type { Fingerprint, Fingerprinter } from './fingerprints.ts';
import type { LoginLimits } from './policy.ts';
import type { Ticks } from './ticks.ts';

/** Somebody whose failures are counted, by name for the other processes and by fingerprint here. */
export interface Counted {
  readonly key: string;
  readonly print: Fingerprint;
}

/** Why a question may not be sent. */
export type LimitReached = 'account_limit' | 'address_limit';

/** The failure that a question is until IceWarp accepts it. Every method but `share` ends it; only the first one counts. */
export interface Reservation {
  /** The password was right. */
  giveBack(): void;
  fail(): void;
  /** Tells the other processes already now, as when the question is presumed to be about a wrong password. */
  share(): void;
}

export interface Counters {
  readonly accounts: FailureRecords;
  readonly addresses: FailureRecords;
  /** Takes the place of a failure, or says which limit leaves none. Without an address only the account counts. */
  reserve(account: Counted, address: Counted | undefined): Reservation | LimitReached;
  /** Counts a failure of an address that asked nothing of IceWarp. */
  addForAddress(address: Counted): void;
  hasRoomFor(address: Counted | undefined): boolean;
  /** Forgets the failures of an account, here and in the other processes. */
  clear(account: Counted): void;
  close(): void;
}

export interface CounterOptions {
  readonly clock: Clock;
  readonly ticks: Ticks;
  readonly log: Log;
  readonly limits: () => LoginLimits;
  readonly fingerprint: Fingerprinter;
  readonly shared: FailureCounters | undefined;
  readonly maxAccounts: number;
  /** Columns for what else is kept of an account. */
  readonly extraColumns: number;
  /** An administrator unlocked the account in another process. */
  readonly onCleared: (account: Fingerprint) => void;
}

const maxAddresses = 100_000;

/** Counts failures of accounts and of end users' addresses: in memory, and through the port where there is one. */
export function createCounters(options: CounterOptions): Counters {
  const { ticks, limits, fingerprint, shared } = options;
  const windowMs = () => limits().windowMs;
  const accounts = new FailureRecords({
    ticks,
    windowMs,
    capacity: options.maxAccounts,
    extraColumns: options.extraColumns,
  });
  const addresses = new FailureRecords({ ticks, windowMs, capacity: maxAddresses });
  const unsubscribe = shared?.subscribe(follow);

  function follow(change: FailureChange): void {
    const subject = change.kind === 'cleared' ? change.subject : change.failure.subject;
    const records = subject.kind === 'account' ? accounts : addresses;
    const print = fingerprint(subject.kind, subject.key);
    if (change.kind === 'cleared') {
      records.clear(print);
      if (subject.kind === 'account') options.onCleared(print);
    } else if (change.failure.keepUntil > options.clock.now()) {
      records.add(print, ticks.at(change.failure.at), change.kind === 'failed' ? 1 : -1);
    }
  }

  function tell(work: Promise<void> | undefined): void {
    work?.catch((error: unknown) =>
      options.log.warn('a failed login could not be told to the other processes', { reason: messageOf(error) }),
    );
  }

  function describe(subject: FailureSubject): CountedFailure {
    const at = options.clock.now();
    const { windowMs: window, blockMs } = limits();
    return { id: randomUUID(), subject, at, keepUntil: new Date(at.getTime() + Math.max(window, blockMs)) };
  }

  function reserveOne(records: FailureRecords, kind: FailureSubject['kind'], { key, print }: Counted): Reservation {
    let told: CountedFailure | undefined;
    let hasEnded = false;
    records.begin(print);
    const end = (): boolean => {
      if (hasEnded) return false;
      hasEnded = true;
      records.end(print);
      return true;
    };
    const share = () => {
      if (shared === undefined || told !== undefined) return;
      told = describe({ kind, key });
      tell(shared.record(told));
    };
    return {
      share,
      fail() {
        if (!end()) return;
        records.add(print);
        share();
      },
      giveBack() {
        if (end() && told !== undefined) tell(shared?.withdraw(told));
      },
    };
  }

  const hasRoomFor = (address: Counted | undefined) =>
    address === undefined || addresses.count(address.print) < limits().addressFailures;

  return {
    accounts,
    addresses,
    hasRoomFor,
    reserve(account, address) {
      if (accounts.count(account.print) >= limits().accountFailures) return 'account_limit';
      if (!hasRoomFor(address)) return 'address_limit';
      const parts = [reserveOne(accounts, 'account', account)];
      if (address !== undefined) parts.push(reserveOne(addresses, 'address', address));
      return {
        share: () => parts.forEach((part) => void part.share()),
        fail: () => parts.forEach((part) => void part.fail()),
        giveBack: () => parts.forEach((part) => void part.giveBack()),
      };
    },
    addForAddress(address) {
      addresses.add(address.print);
      if (shared !== undefined) tell(shared.record(describe({ kind: 'address', key: address.key })));
    },
    clear(account) {
      accounts.clear(account.print);
      tell(shared?.clear({ kind: 'account', key: account.key }));
    },
    close: () => unsubscribe?.(),
  };
}
