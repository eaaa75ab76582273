import { CompactTable } from './compact-table.ts';
import type { FailureRecords } from './failure-records.ts';
import { type Fingerprint, fingerprintWords } from './fingerprints.ts';
import type { LoginSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import { type Ticks, ticksPerMs } from './ticks.ts';

/** What is kept beside an account's failures: its pairs count only while they carry the account's epoch. */
const accountEpoch = 0;
const stateMark = 1;
const acceptedMark = 2;
const knownPairs = 3;
export const knownBadColumns = 4;

const refusedAt = 0;
const pairEpoch = 1;
const repeats = 2;

const minuteTicks = 60_000 * ticksPerMs;

/** Pairs that IceWarp itself refused. */
export interface KnownBad {
  /** Whether the pair is not to be asked about: it was refused, and not too long ago, or the account has failed too often in a row. */
  isRefused(subject: Subject): boolean;
  /** Take it when a question is sent, and give it to `remember`: what was forgotten in between stays forgotten. */
  epochOf(subject: Subject): number;
  /** The pair was refused, once more perhaps. */
  remember(subject: Subject, epoch: number): void;
  /** Another password than the one accepted before makes the account's pairs be asked about again. */
  noteAccepted(subject: Subject): void;
  /** Whether IceWarp accepted this very pair, and has neither refused it nor accepted another since. Lets nobody in: 32 bits are compared. */
  wasAcceptedLast(subject: Subject): boolean;
  forget(account: Fingerprint): void;
  /** How many pairs of the account are remembered, at most. */
  countOf(account: Fingerprint): number;
  readonly byteLength: number;
}

/**
 * The known-bad memory, so that a stale phone asks IceWarp once in a while only: after the first pause, which doubles with every
 * refusal up to the longest one (an administrator may since have set that very password). After `maxInARow` failures without a right password
 * between them it asks no more: IceWarp may count them all, however long they take.
 */
export function createKnownBad(
  accounts: FailureRecords,
  ticks: Ticks,
  settings: LoginSettings['knownBad'],
  maxInARow: () => number = () => Number.POSITIVE_INFINITY,
): KnownBad {
  const pairs = new CompactTable({ keyWords: fingerprintWords, valueWords: 3, capacity: settings.pairs });
  const { table } = accounts;
  const column = (name: number) => accounts.extraFrom + name;
  let lastEpoch = 0;

  /** The account's record, in its present state. */
  function visit(subject: Subject, record: number): void {
    if (table.get(record, column(accountEpoch)) === 0) startEpoch(record);
    if (subject.stateMark === 0) return;
    const before = table.get(record, column(stateMark));
    if (before !== 0 && before !== subject.stateMark) startEpoch(record);
    table.set(record, column(stateMark), subject.stateMark);
  }

  function startEpoch(record: number): void {
    lastEpoch += 1;
    table.set(record, column(accountEpoch), lastEpoch);
    table.set(record, column(knownPairs), 0);
  }

  function findPair(subject: Subject, epoch: number): number {
    const pair = pairs.find(subject.pair);
    return pair !== -1 && pairs.get(pair, pairEpoch) === epoch ? pair : -1;
  }

  function pauseAfter(refusals: number): number {
    return Math.min(settings.firstMinutes * 2 ** Math.min(refusals, 30), settings.longestMinutes) * minuteTicks;
  }

  const forget = (account: Fingerprint) => {
    const record = table.find(account);
    if (record !== -1) startEpoch(record);
  };

  return {
    isRefused(subject) {
      const record = table.find(subject.account.print);
      if (record === -1) return false;
      visit(subject, record);
      const pair = findPair(subject, table.get(record, column(accountEpoch)));
      if (pair === -1) return false;
      const isResting = ticks.now() - pairs.get(pair, refusedAt) < pauseAfter(pairs.get(pair, repeats));
      return isResting || accounts.inARow(subject.account.print) >= maxInARow();
    },
    epochOf(subject) {
      const record = table.ensure(subject.account.print);
      visit(subject, record);
      return table.get(record, column(accountEpoch));
    },
    remember(subject, epoch) {
      const record = table.find(subject.account.print);
      if (record === -1 || table.get(record, column(accountEpoch)) !== epoch) return;
      const known = findPair(subject, epoch);
      const pair = known === -1 ? pairs.ensure(subject.pair) : known;
      pairs.set(pair, repeats, known === -1 ? 0 : pairs.get(pair, repeats) + 1);
      pairs.set(pair, refusedAt, ticks.now());
      pairs.set(pair, pairEpoch, epoch);
      if (known === -1) table.set(record, column(knownPairs), table.get(record, column(knownPairs)) + 1);
    },
    noteAccepted(subject) {
      accounts.endRow(subject.account.print);
      const record = table.find(subject.account.print);
      if (record === -1) return;
      const mark = subject.pair[0] ?? 0;
      if (table.get(record, column(acceptedMark)) !== mark) startEpoch(record);
      table.set(record, column(acceptedMark), mark);
      // Refused before and right now: it is not to be believed again, whatever the epoch.
      const pair = pairs.find(subject.pair);
      if (pair !== -1) pairs.set(pair, pairEpoch, 0);
    },
    wasAcceptedLast(subject) {
      const mark = subject.pair[0] ?? 0;
      const record = table.find(subject.account.print);
      if (record === -1 || mark === 0 || table.get(record, column(acceptedMark)) !== mark) return false;
      return findPair(subject, table.get(record, column(accountEpoch))) === -1;
    },
    forget,
    countOf(account) {
      const record = table.find(account);
      return record === -1 ? 0 : table.get(record, column(knownPairs));
    },
    get byteLength() {
      return pairs.byteLength + table.byteLength;
    },
  };
}
