import type { FailuresByWay, Way } from './ledger.ts';

/** What came of the questions by one way. */
export interface LoginCounts {
  /** Attempts; accepted, failures and refusals add up to it. */
  readonly questions: number;
  readonly accepted: number;
  /** Wrong passwords. */
  readonly failures: number;
  /** Right passwords that were refused: state, block, second factor. */
  readonly refusals: number;
  /** Right passwords that were held back because of an earlier failure. */
  readonly delayed: number;
  /** Blocks of the account that a failure by this way set off. */
  readonly blocks: number;
}

/** One block by the login policy. */
export interface BlockRecord {
  /** Key of the account: the primary address in lower case, the domain as A-label. */
  readonly account: string;
  /** ISO 8601, by the server's clock. */
  readonly at: string;
  /** Where the failures came from that led to it. */
  readonly failures: FailuresByWay;
}

/** What the logins of each account came to, as the control endpoint shows it. */
export interface LoginReport {
  /** By key of the account. */
  readonly accounts: Readonly<Record<string, Readonly<Record<Way, LoginCounts>>>>;
  /** Names that are no account. */
  readonly unknown: Readonly<Record<Way, LoginCounts>>;
  /** Blocks in the order in which they happened: the latest ones. */
  readonly blocks: readonly BlockRecord[];
  /** How many blocks in all. */
  readonly blockCount: number;
  /** Keys of the accounts that are blocked now. */
  readonly blockedNow: readonly string[];
}

type Counted = Exclude<keyof LoginCounts, 'questions'>;
type Tally = Record<Way, { -readonly [K in keyof LoginCounts]: number }>;

const maxAccounts = 100_000;
const maxBlocks = 10_000;
/** Where accounts beyond the bound are counted. */
const overflow = '(other)';

/** Counts logins by account and way in. */
export class LoginStatistics {
  #accounts = new Map<string, Tally>();
  #unknown = createTally();
  #blocks: BlockRecord[] = [];
  #blockCount = 0;

  /** An attempt with its outcome; `account` is undefined for a name that is no account. */
  count(account: string | undefined, way: Way, outcome: 'accepted' | 'failures' | 'refusals'): void {
    const counts = this.#tallyOf(account)[way];
    counts.questions++;
    counts[outcome]++;
  }

  countDelay(account: string, way: Way): void {
    this.#add(account, way, 'delayed');
  }

  /** The failure just counted blocked the account; `at` is in milliseconds. */
  countBlock(account: string, way: Way, failures: FailuresByWay, at: number): void {
    this.#add(account, way, 'blocks');
    this.#blockCount++;
    this.#blocks.push({ account, at: new Date(at).toISOString(), failures });
    if (this.#blocks.length > maxBlocks) this.#blocks.shift();
  }

  report(blockedNow: readonly string[]): LoginReport {
    return structuredClone({
      accounts: Object.fromEntries([...this.#accounts].sort(([left], [right]) => (left < right ? -1 : 1))),
      unknown: this.#unknown,
      blocks: this.#blocks,
      blockCount: this.#blockCount,
      blockedNow,
    });
  }

  reset(): void {
    this.#accounts = new Map();
    this.#unknown = createTally();
    this.#blocks = [];
    this.#blockCount = 0;
  }

  #add(account: string, way: Way, counted: Counted): void {
    this.#tallyOf(account)[way][counted]++;
  }

  #tallyOf(account: string | undefined): Tally {
    if (account === undefined) return this.#unknown;
    const name = this.#accounts.has(account) || this.#accounts.size < maxAccounts ? account : overflow;
    const known = this.#accounts.get(name) ?? createTally();
    this.#accounts.set(name, known);
    return known;
  }
}

function createTally(): Tally {
  const none = { questions: 0, accepted: 0, failures: 0, refusals: 0, delayed: 0, blocks: 0 };
  return { api: { ...none }, elsewhere: { ...none } };
}
