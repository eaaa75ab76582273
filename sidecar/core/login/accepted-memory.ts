import type { PasswordAnswer } from '../ports/authenticator.ts';
import { CompactTable } from './compact-table.ts';
import type { Fingerprint } from './fingerprints.ts';
import type { Subject } from './subject.ts';
import { type Ticks, ticksPerMs } from './ticks.ts';

/** Answers that mean: the password was right, and the account may log in. */
export type RightAnswer = Extract<PasswordAnswer, { kind: 'accepted' | 'second_factor_required' }>;

const pairStart = 0;
const acceptedAt = 3;
const answerKind = 4;
const stateMark = 5;
const valueWords = 6;

const maxAccounts = 200_000;
const neverAccepted = 0;

export interface AcceptedMemoryOptions {
  readonly ticks: Ticks;
  /** 0 = the memory is off. */
  readonly keepMs: number;
  /** A pair is let in once. */
  readonly isOnce: boolean;
}

/**
 * The last pair of each account that IceWarp accepted, for a while. Only the pair itself can recall it, and only what IceWarp says of
 * that pair, another accepted password or a change of the account make it forgotten: never a stranger's wrong try.
 */
export class AcceptedMemory {
  readonly #options: AcceptedMemoryOptions;
  readonly #table = new CompactTable({ keyWords: 2, valueWords, capacity: maxAccounts });

  constructor(options: AcceptedMemoryOptions) {
    this.#options = options;
  }

  remember(subject: Subject, answer: RightAnswer): void {
    if (this.#options.keepMs === 0) return;
    const record = this.#table.ensure(subject.account.print);
    for (const [word, value] of subject.pair.entries()) this.#table.set(record, pairStart + word, value);
    this.#table.set(record, acceptedAt, this.#options.ticks.now());
    this.#table.set(record, answerKind, answer.kind === 'accepted' ? 1 : 2);
    this.#table.set(record, stateMark, subject.stateMark);
  }

  /** What IceWarp had answered about this very pair. */
  recall(subject: Subject): RightAnswer | undefined {
    const record = this.#findFresh(subject.account.print);
    if (record === -1 || !this.#isPair(record, subject)) return undefined;
    if (this.#table.get(record, stateMark) !== subject.stateMark) {
      this.forget(subject.account.print);
      return undefined;
    }
    if (this.#options.isOnce) this.forget(subject.account.print);
    return { kind: this.#table.get(record, answerKind) === 1 ? 'accepted' : 'second_factor_required' };
  }

  /** IceWarp refused this pair. */
  forgetPair(subject: Subject): void {
    const record = this.#findFresh(subject.account.print);
    if (record !== -1 && this.#isPair(record, subject)) this.forget(subject.account.print);
  }

  /** IceWarp accepted this pair, so any other is none any more. */
  forgetOther(subject: Subject): void {
    const record = this.#findFresh(subject.account.print);
    if (record !== -1 && !this.#isPair(record, subject)) this.forget(subject.account.print);
  }

  forget(account: Fingerprint): void {
    const record = this.#table.find(account);
    if (record !== -1) this.#table.set(record, acceptedAt, neverAccepted);
  }

  holds(account: Fingerprint): boolean {
    return this.#findFresh(account) !== -1;
  }

  #findFresh(account: Fingerprint): number {
    const record = this.#table.find(account);
    if (record === -1) return -1;
    const { ticks, keepMs } = this.#options;
    const at = this.#table.get(record, acceptedAt);
    return at !== neverAccepted && ticks.now() - at < keepMs * ticksPerMs ? record : -1;
  }

  #isPair(record: number, { pair }: Subject): boolean {
    return pair.every((value, word) => this.#table.get(record, pairStart + word) === value);
  }
}
