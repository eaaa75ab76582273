import { isListed } from './sources.ts';

/**
 * Intrusion prevention of the original: so many failed logins within a time from one address, and the address is blocked
 * for a period. It is documented for SMTP, POP3 and IMAP; whether it extends to this interface is not known. Switched
 * on, it does: every connection from the address is cut without an answer, which no client can take for a refusal.
 */
export interface IntrusionPreventionSettings {
  readonly enabled: boolean;
  /** The failure within `windowMs` that blocks. */
  readonly failures: number;
  readonly windowMs: number;
  readonly blockMs: number;
  /** Addresses and networks that are never blocked. */
  readonly bypass: readonly string[];
}

/** Off. The numbers are made up: those of the original are not known. */
export const noIntrusionPrevention: IntrusionPreventionSettings = {
  enabled: false,
  failures: 10,
  windowMs: 60_000,
  blockMs: 30 * 60_000,
  bypass: [],
};

/** What the control endpoint shows. */
export interface IntrusionPreventionReport extends IntrusionPreventionSettings {
  /** Addresses that are blocked now. */
  readonly blocked: readonly string[];
  /** How often an address was blocked, and how many connections and requests were cut. */
  readonly blocks: number;
  readonly cut: number;
}

interface Offender {
  /** Times of the latest failures, in milliseconds. */
  times: number[];
  blockedUntil: number;
}

const maxOffenders = 10_000;

/** Counts failed logins by address of origin. */
export class IntrusionPrevention {
  settings: IntrusionPreventionSettings;
  readonly #offenders = new Map<string, Offender>();
  #blocks = 0;
  #cut = 0;

  constructor(settings: IntrusionPreventionSettings) {
    this.settings = settings;
  }

  /** A login from `source` failed at `now`. */
  fail(source: string, now: number): void {
    const { enabled, failures, windowMs, blockMs, bypass } = this.settings;
    if (!enabled || isListed(source, bypass)) return;
    const offender = this.#offenders.get(source) ?? { times: [], blockedUntil: 0 };
    offender.times = [...offender.times, now].filter((time) => now - time < windowMs).slice(-failures);
    if (offender.times.length >= failures && now >= offender.blockedUntil) {
      offender.times = [];
      offender.blockedUntil = now + blockMs;
      this.#blocks++;
    }
    // The latest offender is the last to be dropped.
    this.#offenders.delete(source);
    this.#offenders.set(source, offender);
    const oldest = this.#offenders.keys().next().value;
    if (oldest !== undefined && this.#offenders.size > maxOffenders) this.#offenders.delete(oldest);
  }

  isBlocked(source: string, now: number): boolean {
    const { enabled, bypass } = this.settings;
    return enabled && now < (this.#offenders.get(source)?.blockedUntil ?? 0) && !isListed(source, bypass);
  }

  /** {@link isBlocked}, for a connection or request that is cut then. */
  cuts(source: string, now: number): boolean {
    const isCut = this.isBlocked(source, now);
    if (isCut) this.#cut++;
    return isCut;
  }

  /** Unblocks every address and forgets their failures; the totals stay. */
  clear(): void {
    this.#offenders.clear();
  }

  report(now: number): IntrusionPreventionReport {
    const blocked = [...this.#offenders.keys()].filter((source) => this.isBlocked(source, now));
    return { ...this.settings, blocked, blocks: this.#blocks, cut: this.#cut };
  }
}
