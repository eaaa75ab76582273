import { randomBytes } from 'node:crypto';
import type { Selection, Snapshot } from '../../../directory/snapshot.ts';
import { BerReader, Tag } from '../ber-reader.ts';
import { encodeElement, encodeText, encodeUnsigned } from '../ber-writer.ts';
import { malformedControl } from '../errors.ts';
import { OperationError, ResultCode } from '../result-codes.ts';

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
  /** As the connection sees it. */
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  readonly ids: Uint32Array;
  /** The client's size limit cut `ids`: told with the last page. */
  readonly isCut: boolean;
  /** The control that tells how sorting went, for every page; undefined when nobody asked. */
  readonly sortControl: Uint8Array | undefined;
  /** Stands for the search that was asked for: RFC 2696 §3 lets a page change its size alone. */
  readonly search: string;
  position: number;
}

/** Decodes the control's value (RFC 2696 §2). */
export function decodePaging(value: Uint8Array | undefined): PagingRequest {
  if (value === undefined) throw malformedControl('for pages');
  const outer = new BerReader(value);
  const request = outer.enter(Tag.sequence);
  const size = request.readUnsigned();
  const cookie = request.readContent(Tag.octetString);
  if (!request.atEnd || !outer.atEnd) throw malformedControl('for pages');
  return { size, cookie };
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

/** A connection's session. */
interface PagingOwner {
  readonly identity: object;
}

interface Held {
  readonly paging: Paging;
  readonly owner: PagingOwner;
  /** Whom the owner was bound as: somebody else may see less. */
  readonly identity: object;
  usedAt: number;
}

/**
 * The pagings of a server. A cookie is good on the connection it was given to, as long as nobody else is bound there, and once; what would go beyond the bounds pushes
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
  keep(owner: PagingOwner, paging: Paging, now: number): Uint8Array {
    const own = [...this.#held].filter(([, held]) => held.owner === owner);
    for (const [key] of own.slice(0, Math.max(0, own.length - this.#bounds.pagings + 1))) this.#drop(key);
    for (const key of this.#held.keys()) {
      if (this.#ids + paging.ids.length <= this.#bounds.pagedIds) break;
      this.#drop(key);
    }
    const cookie = randomBytes(16);
    this.#held.set(cookie.toString('latin1'), { paging, owner, identity: owner.identity, usedAt: now });
    this.#ids += paging.ids.length;
    return cookie;
  }

  /**
   * Takes back what a cookie stands for; the operation answers from its version then. Throws OperationError when it stands for nothing
   * (any more) on this connection.
   */
  take(
    operation: { readonly session: PagingOwner; snapshot: Snapshot | undefined },
    cookie: Uint8Array,
    search: string,
  ): Paging {
    const key = Buffer.from(cookie).toString('latin1');
    const held = this.#held.get(key);
    if (held?.owner !== operation.session || held.identity !== operation.session.identity) {
      throw new OperationError(
        ResultCode.unwillingToPerform,
        'the cookie is unknown or too old: begin the search again',
      );
    }
    this.#drop(key);
    if (held.paging.search !== search) {
      throw new OperationError(ResultCode.unwillingToPerform, 'the cookie belongs to another search');
    }
    operation.snapshot = held.paging.snapshot.whole;
    return held.paging;
  }

  /** Adds the versions that pagings were begun with. */
  addSnapshots(target: Set<Snapshot>): void {
    for (const { paging } of this.#held.values()) target.add(paging.snapshot.whole);
  }

  /** Whether a connection has a paging of this version. */
  holds(owner: object, snapshot: Snapshot): boolean {
    for (const held of this.#held.values())
      if (held.owner === owner && held.paging.snapshot.whole === snapshot) return true;
    return false;
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
