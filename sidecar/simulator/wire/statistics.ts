/** The name of a command in lower case, as received. */
export type CommandName = string;

/** What the server was asked, as the control endpoint shows it. */
export interface StatisticsReport {
  /** Calls received, by command in lower case. */
  readonly calls: Readonly<Record<string, number>>;
  readonly total: number;
  /** Calls being answered now, and the most at one time. */
  readonly concurrent: number;
  readonly maxConcurrent: number;
  /** Names of the commands in the order received: the latest ones. */
  readonly log: readonly string[];
  /** How many older entries the log has lost. */
  readonly logDropped: number;
}

const maxLog = 10_000;
const maxNames = 1_000;
/** Where names beyond the bound are counted. */
const overflow = '(other)';

/** Counts calls. Keeps names only, never parameters: those hold passwords. */
export class Statistics {
  #calls = new Map<string, number>();
  #total = 0;
  #concurrent = 0;
  #maxConcurrent = 0;
  #log: string[] = [];
  #dropped = 0;

  /** A call arrived; the function returned is to be called once when it is over. */
  begin(command: CommandName): () => void {
    const shown = command.slice(0, 64);
    const name = this.#calls.has(shown) || this.#calls.size < maxNames ? shown : overflow;
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
    this.#total++;
    this.#log.push(name);
    if (this.#log.length >= 2 * maxLog) this.#trim();
    this.#maxConcurrent = Math.max(this.#maxConcurrent, ++this.#concurrent);
    return () => {
      this.#concurrent--;
    };
  }

  report(): StatisticsReport {
    this.#trim();
    return {
      calls: Object.fromEntries([...this.#calls].sort()),
      total: this.#total,
      concurrent: this.#concurrent,
      maxConcurrent: this.#maxConcurrent,
      log: this.#log,
      logDropped: this.#dropped,
    };
  }

  /** Starts afresh; calls still being answered stay counted as concurrent. */
  reset(): void {
    this.#calls = new Map();
    this.#total = 0;
    this.#maxConcurrent = this.#concurrent;
    this.#log = [];
    this.#dropped = 0;
  }

  #trim(): void {
    const excess = this.#log.length - maxLog;
    if (excess <= 0) return;
    this.#log = this.#log.slice(excess);
    this.#dropped += excess;
  }
}
