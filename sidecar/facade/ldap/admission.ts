/** Counts the connections of a whole service and says whether one more is let in. */
export interface Admission {
  /** Gives false when there are enough. */
  enter(): boolean;
  leave(): void;
}

/** The connections of all threads: one place for each, in memory that they share. */
export class ConnectionCounts {
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array;

  /** @param memory of another thread's `ConnectionCounts`; new when left out */
  constructor(places: number, memory = new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#counts = new Int32Array(memory);
  }

  get total(): number {
    let total = 0;
    for (let place = 0; place < this.#counts.length; place++) total += Atomics.load(this.#counts, place);
    return total;
  }

  /** Forgets what a thread that is dead had. */
  clear(place: number): void {
    Atomics.store(this.#counts, place, 0);
  }

  /** Admission at one place. Threads that let connections in at the same instant may go beyond `limit` by one each. */
  createAdmission(place: number, limit: number): Admission {
    return {
      enter: () => {
        if (this.total >= limit) return false;
        Atomics.add(this.#counts, place, 1);
        return true;
      },
      leave: () => void Atomics.sub(this.#counts, place, 1),
    };
  }
}
