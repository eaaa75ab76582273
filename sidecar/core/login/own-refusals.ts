import { CompactTable } from './compact-table.ts';
import type { Counted, Counters } from './counters.ts';
import type { CallMark, Evidence } from './evidence.ts';
import { FailureRecords } from './failure-records.ts';
import { type Fingerprint, fingerprintWords } from './fingerprints.ts';
import type { LoginLimits } from './policy.ts';
import type { Subject } from './subject.ts';
import { type Ticks, ticksPerMs } from './ticks.ts';

/** A question that is never sent: how far it would have got by now. */
export interface PretendedQuestion {
  /** IceWarp would have answered a wrong password by now. */
  hasEnded(): boolean;
  /** Another failure of the account would be remembered. */
  hasOtherFailure(): boolean;
  /** IceWarp is down: it would have learnt nothing of this pair. */
  cancel(): void;
}

/**
 * Refusals that we decide ourselves must look like those of IceWarp in every repetition, so they leave the same traces: of the pair (a
 * repeat leaves at once), of the account (a failure is remembered, many are a lock) and of the address. They let nobody in, and they
 * never keep a right password of an account in order from being asked about.
 */
export interface OwnRefusals {
  /** A repeat of a pair whose pretended question has ended. */
  isRepeat(subject: Subject): boolean;
  /** As many failures as lock an account, ours included. */
  isLocked(subject: Subject): boolean;
  begin(subject: Subject, address: Counted | undefined, mark: CallMark): PretendedQuestion;
  /** Whether a refusal of ours would be remembered as a failure of the account. */
  hasRecent(account: Fingerprint): boolean;
  forget(account: Fingerprint): void;
}

export interface OwnRefusalOptions {
  readonly ticks: Ticks;
  readonly counters: Counters;
  readonly evidence: Evidence;
  readonly limits: () => LoginLimits;
}

const maxPairs = 100_000;
/** Columns of a pair: until which tick IceWarp would hold it, failures of the account then, whether there was one before, the call's number. */
const heldUntil = 0;
const failuresThen = 1;
const hadRecent = 2;
const began = 3;
const cancelled = 0;

export function createOwnRefusals({ ticks, counters, evidence, limits }: OwnRefusalOptions): OwnRefusals {
  const pairs = new CompactTable({ keyWords: fingerprintWords, valueWords: 4, capacity: maxPairs });
  const pretended = new FailureRecords({ ticks, capacity: maxPairs, windowMs: () => limits().windowMs });

  function heldUntilOf({ pair }: Subject): number {
    const record = pairs.find(pair);
    return record === -1 ? cancelled : pairs.get(record, heldUntil);
  }

  /** IceWarp's own refusals are remembered from their end, ours from their beginning. */
  const hasRecent = (account: Fingerprint) => pretended.hasFailedWithin(account, evidence.holdMs + limits().blockMs);
  const isOver = (subject: Subject) => heldUntilOf(subject) <= ticks.now();
  /** Only an IceWarp that was seen to be well has answered the question. */
  const hasEnded = (subject: Subject) => {
    const record = pairs.find(subject.pair);
    if (record === -1 || pairs.get(record, heldUntil) === cancelled) return false;
    return isOver(subject) && evidence.isWellSince({ sequence: pairs.get(record, began) });
  };

  return {
    isRepeat: hasEnded,
    isLocked: ({ account: { print } }) =>
      pretended.count(print) + counters.accounts.count(print) >= limits().accountFailures,
    begin(subject, address, mark) {
      const { print } = subject.account;
      const isFirst = isOver(subject);
      const pair = () => pairs.ensure(subject.pair);
      if (isFirst) {
        pairs.set(pair(), hadRecent, hasRecent(print) ? 1 : 0);
        pretended.add(print);
        pairs.set(pair(), failuresThen, pretended.count(print));
        pairs.set(pair(), heldUntil, ticks.now() + Math.floor(evidence.holdMs * ticksPerMs));
        pairs.set(pair(), began, mark.sequence);
        if (address !== undefined) counters.addForAddress(address);
      }
      return {
        hasEnded: () => hasEnded(subject),
        hasOtherFailure: () =>
          pairs.get(pair(), hadRecent) === 1 ||
          pretended.count(print) > pairs.get(pair(), failuresThen) ||
          counters.accounts.underWay(print) > 0 ||
          counters.accounts.hasFailedWithin(print, limits().blockMs),
        cancel() {
          if (isFirst) pairs.set(pair(), heldUntil, cancelled);
        },
      };
    },
    hasRecent,
    forget: (account) => pretended.clear(account),
  };
}
