import { randomInt } from 'node:crypto';
import { toCountedAddress } from '../../core/login/source-address.ts';

/** Counts the connections of a whole service and says whether one more is let in. */
export interface Admission {
  /** Gives false when there are enough. */
  enter(): boolean;
  leave(): void;
  /** Gives false when this client has enough; IPv6 counts by the /64 that one subscriber commands. */
  enterFrom(address: string): boolean;
  leaveFrom(address: string): void;
}

export interface AdmissionLimits {
  readonly connections: number;
  /** 0 = as many as all together may have. */
  readonly connectionsPerAddress: number;
}

/** Addresses are counted in so many places for each thread; two that share one are counted together, which the limit has room for. */
const addressPlaces = 32_768;
const headLength = 2;

/** The connections of all threads: places for each, in memory that they share. */
export class ConnectionCounts {
  readonly memory: SharedArrayBuffer;
  readonly #totals: Int32Array;
  readonly #addresses: Uint16Array;
  readonly #seed: number;

  /** @param memory of another thread's `ConnectionCounts`; new when left out */
  constructor(threads: number, memory?: SharedArrayBuffer) {
    const headBytes = (headLength + threads) * Int32Array.BYTES_PER_ELEMENT;
    this.memory = memory ?? new SharedArrayBuffer(headBytes + threads * addressPlaces * Uint16Array.BYTES_PER_ELEMENT);
    const head = new Int32Array(this.memory, 0, headLength + threads);
    // Nobody outside may know which addresses share a place.
    if (memory === undefined) head[0] = randomInt(2 ** 31);
    this.#seed = head[0] ?? 0;
    this.#totals = head.subarray(headLength);
    this.#addresses = new Uint16Array(this.memory, headBytes, threads * addressPlaces);
  }

  get total(): number {
    let total = 0;
    for (let thread = 0; thread < this.#totals.length; thread++) total += Atomics.load(this.#totals, thread);
    return total;
  }

  /** Forgets what a thread that is dead had. */
  clear(thread: number): void {
    Atomics.store(this.#totals, thread, 0);
    this.#addresses.fill(0, thread * addressPlaces, (thread + 1) * addressPlaces);
  }

  /** Admission at one place. Threads that let connections in at the same instant may go beyond a limit by one each. */
  createAdmission(thread: number, { connections, connectionsPerAddress }: AdmissionLimits): Admission {
    const perAddress = connectionsPerAddress === 0 ? connections : connectionsPerAddress;
    const placeOf = (address: string) => thread * addressPlaces + this.#hash(toCountedAddress(address));
    return {
      enter: () => {
        if (this.total >= connections) return false;
        Atomics.add(this.#totals, thread, 1);
        return true;
      },
      leave: () => void Atomics.sub(this.#totals, thread, 1),
      enterFrom: (address) => {
        const place = placeOf(address);
        if (this.#countAt(place % addressPlaces) >= perAddress) return false;
        Atomics.add(this.#addresses, place, 1);
        return true;
      },
      leaveFrom: (address) => void Atomics.sub(this.#addresses, placeOf(address), 1),
    };
  }

  #countAt(place: number): number {
    let count = 0;
    for (let at = place; at < this.#addresses.length; at += addressPlaces) count += Atomics.load(this.#addresses, at);
    return count;
  }

  #hash(text: string): number {
    let hash = this.#seed;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    // The low bits alone know too little of the first characters.
    hash ^= hash >>> 15;
    return (Math.imul(hash, 0x2c1b3c6d) >>> 8) & (addressPlaces - 1);
  }
}
