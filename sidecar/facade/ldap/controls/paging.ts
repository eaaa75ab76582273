import { randomBytes } from 'node:crypto';
import type { Selection, Snapshot } from '../../../directory/snapshot.ts';
import { BerReader, Tag } from '../ber-reader.ts';
import { encodeElement, encodeText, encodeUnsigned } from '../ber-writer.ts';
import { OperationError, ProtocolFault, ResultCode } from '../result-codes.ts';

/** RFC 2696. */
export const pagedResultsOid = '1.2.840.113556.1.4.319';

export interface PagingRequest {
  /** Entries a page; 0 with a cookie gives the paging up. */
  readonly size: number;
  /** Empty for the first page. */
  readonly cookie: Uint8Array;
}

/** A result that is handed out page by page, always from the snapshot it began with. */
export interface Paging {
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  readonly ids: Uint32Array;
  /** The client's size limit cut `ids`: told with the last page. */
  readonly isCut: boolean;
  position: number;
}

/** Decodes the control's value (RFC 2696 §2). */
export function decodePaging(value: Uint8Array | undefined): PagingRequest {
  if (value === undefined) throw new OperationError(ResultCode.protocolError, 'the control for pages has no value');
  try {
    const request = new BerReader(value).enter(Tag.sequence);
    return { size: request.readUnsigned(), cookie: request.readContent(Tag.octetString) };
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    throw new OperationError(ResultCode.protocolError, 'the control for pages is malformed');
  }
}

/** The control of an answer: the estimate of all entries, and the cookie of the next page or none. */
export function encodePagingControl(estimate: number, cookie: Uint8Array | undefined): Buffer {
  const value = encodeElement(
    Tag.sequence,
    encodeUnsigned(Tag.integer, estimate),
    encodeElement(Tag.octetString, cookie ?? new Uint8Array()),
  );
  return encodeElement(
    Tag.sequence,
    encodeText(Tag.octetString, pagedResultsOid),
    encodeElement(Tag.octetString, value),
  );
}

export interface PagingBounds {
  /** Pagings of one connection. */
  readonly pagings: number;
  /** Entry ids held by all connections together. */
  readonly pagedIds: number;
  readonly pagingIdleMs: number;
}

interface Held {
  readonly paging: Paging;
  readonly owner: object;
  usedAt: number;
}

/**
 * The pagings of a server. A cookie is good on the connection it was given to, and once; what would go beyond the bounds pushes
 * out whatever was unused for longest.
 */
export class Pagings {
  readonly #bounds: PagingBounds;
  /** In the order of use: the first one was unused for longest. */
  readonly #held = new Map<string, Held>();
  #ids = 0;

  constructor(bounds: PagingBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Keeps a paging for its next page; gives the cookie. `now` in milliseconds of any clock. */
  keep(owner: object, paging: Paging, now: number): Uint8Array {
    const own = [...this.#held].filter(([, held]) => held.owner === owner);
    for (const [key] of own.slice(0, Math.max(0, own.length - this.#bounds.pagings + 1))) this.#drop(key);
    for (const key of this.#held.keys()) {
      if (this.#ids + paging.ids.length <= this.#bounds.pagedIds) break;
      this.#drop(key);
    }
    const cookie = randomBytes(16);
    this.#held.set(cookie.toString('latin1'), { paging, owner, usedAt: now });
    this.#ids += paging.ids.length;
    return cookie;
  }

  /** Takes back what a cookie stands for. Throws OperationError when it stands for nothing (any more) on this connection. */
  take(owner: object, cookie: Uint8Array): Paging {
    const key = Buffer.from(cookie).toString('latin1');
    const held = this.#held.get(key);
    if (held === undefined || held.owner !== owner) {
      throw new OperationError(
        ResultCode.unwillingToPerform,
        'the cookie is unknown or too old: begin the search again',
      );
    }
    this.#drop(key);
    return held.paging;
  }

  /** Forgets what a connection had. */
  release(owner: object): void {
    for (const [key, held] of this.#held) if (held.owner === owner) this.#drop(key);
  }

  /** Forgets what was unused for too long. */
  sweep(now: number): void {
    for (const [key, held] of this.#held) {
      if (now - held.usedAt < this.#bounds.pagingIdleMs) break;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#ids -= this.#held.get(key)?.paging.ids.length ?? 0;
    this.#held.delete(key);
  }
}
