import type { LdapLimits } from './limits.ts';
import { type Envelope, openEnvelope, RequestTag } from './requests.ts';

/** Requests that came behind a running one, in order, as copies of their octets. */
export class RequestQueue {
  readonly #limits: LdapLimits;
  readonly #waiting: Envelope[] = [];
  #bytes = 0;

  constructor(limits: LdapLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether nothing more should be read from the client for now. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#limits.queuedRequests || this.#bytes >= this.#limits.queuedBytes;
  }

  has(messageId: number): boolean {
    return this.#waiting.some((envelope) => envelope.messageId === messageId);
  }

  add(envelope: Envelope): void {
    this.#bytes += envelope.bytes.length;
    this.#waiting.push(openEnvelope(Uint8Array.prototype.slice.call(envelope.bytes)));
  }

  /** The next request, or undefined. */
  take(): Envelope | undefined {
    const next = this.#waiting.shift();
    this.#bytes -= next?.bytes.length ?? 0;
    return next;
  }

  /** Takes a request out, wherever it stands; not a bind, which cannot be abandoned (RFC 4511 §4.11). */
  abandon(messageId: number): void {
    const index = this.#waiting.findIndex(
      (waiting) => waiting.messageId === messageId && waiting.tag !== RequestTag.bind,
    );
    if (index >= 0) for (const { bytes } of this.#waiting.splice(index, 1)) this.#bytes -= bytes.length;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
  }
}
