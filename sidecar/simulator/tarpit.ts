/** How much longer each further failure of one name is held, and at most: 25 s grow to 30 s. */
const growth = 0.04;
const maxGrowth = 0.2;
/** How many names are remembered. */
const maxNames = 10_000;

/** Holds back the answers to failed logins, longer with every failure of the same account or unknown name. */
export class Tarpit {
  /** Time of the first failure, in milliseconds; 0 = none is held back. */
  holdMs: number;
  readonly #failures = new Map<string, number>();

  constructor(holdMs: number) {
    this.holdMs = holdMs;
  }

  /** Counts a failure of `login` (key of an account, or a name that is none) and gives the time to hold its answer back, in milliseconds. */
  fail(login: string): number {
    const name = login.slice(0, 320).toLowerCase();
    const before = this.#failures.get(name) ?? 0;
    const oldest = this.#failures.keys().next().value;
    if (before === 0 && oldest !== undefined && this.#failures.size >= maxNames) this.#failures.delete(oldest);
    this.#failures.set(name, before + 1);
    return this.holdMs * (1 + Math.min(before * growth, maxGrowth));
  }

  /** A right password: its failures are forgotten. */
  succeed(login: string): void {
    this.#failures.delete(login.slice(0, 320).toLowerCase());
  }
}
