import { randomBytes } from 'node:crypto';
import type { ServerClock } from './clock.ts';

/** Life times of a session by `persistentlogin`, in milliseconds: about a day, and 24 days. */
const shortTtlMs = 24 * 3600 * 1000;
const longTtlMs = 24 * shortTtlMs;
const maxSessions = 10_000;

interface Session {
  readonly address: string;
  readonly endsAt: number;
}

/** Logged-in accounts by sid. A session ends at a fixed time after its login, however much it is used. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #clock: ServerClock;
  readonly #ttlMs: number | undefined;

  /** `ttlMs` replaces both life times. */
  constructor(clock: ServerClock, ttlMs: number | undefined) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** Opens a session for a primary address and gives its sid. Beyond the bound the oldest session ends. */
  open(address: string, persistent: boolean): string {
    const oldest = this.#sessions.keys().next().value;
    if (oldest !== undefined && this.#sessions.size >= maxSessions) this.#sessions.delete(oldest);
    const sid = randomBytes(16).toString('hex');
    const ttlMs = this.#ttlMs ?? (persistent ? longTtlMs : shortTtlMs);
    this.#sessions.set(sid, { address, endsAt: this.#clock.now() + ttlMs });
    return sid;
  }

  /** The address a sid belongs to; undefined when it is unknown or has expired. */
  find(sid: string): string | undefined {
    const session = this.#sessions.get(sid);
    if (session === undefined || this.#clock.now() < session.endsAt) return session?.address;
    this.#sessions.delete(sid);
    return undefined;
  }

  close(sid: string): void {
    this.#sessions.delete(sid);
  }

  /** Ends every session; gives their number. */
  expireAll(): number {
    const count = this.#sessions.size;
    this.#sessions.clear();
    return count;
  }
}
