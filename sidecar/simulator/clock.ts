interface Waiter {
  readonly dueAt: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout;
}

/** The time of the server: that of the machine, plus what it has been moved on by. It never goes back. */
export class ServerClock {
  readonly #startedAt = Date.now() - performance.now();
  readonly #waiters = new Set<Waiter>();
  #advancedMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return this.#startedAt + performance.now() + this.#advancedMs;
  }

  /** How far it is ahead of the machine, in milliseconds. */
  get advancedMs(): number {
    return this.#advancedMs;
  }

  /** Moves the time on. Whoever waits for a time that is over by then is woken. */
  advance(ms: number): void {
    this.#advancedMs += ms;
    for (const waiter of this.#waiters) {
      clearTimeout(waiter.timer);
      waiter.timer = this.#start(waiter.dueAt, waiter.wake);
    }
  }

  /** Calls `wake` once, `ms` from now; the function returned calls it off. */
  wakeAfter(ms: number, wake: () => void): () => void {
    const dueAt = this.now() + ms;
    const wakeOnce = () => {
      this.#waiters.delete(waiter);
      wake();
    };
    const waiter: Waiter = { dueAt, wake: wakeOnce, timer: this.#start(dueAt, wakeOnce) };
    this.#waiters.add(waiter);
    return () => {
      clearTimeout(waiter.timer);
      this.#waiters.delete(waiter);
    };
  }

  #start(dueAt: number, wake: () => void): NodeJS.Timeout {
    return setTimeout(wake, Math.max(0, dueAt - this.now()));
  }
}
