import { DomainError } from '../core/errors.ts';
import { naming } from './name-failure.ts';
import type { ParkingLot } from './parking.ts';

/** How accounts and groups are read. */
export interface ReadTerms {
  /** Questions to the server at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly lot: ParkingLot;
  /** Called after each account or group. */
  readonly count: () => void;
}

export type Asked<Entry> =
  /** Undefined: the server has no such account any more. */
  { readonly kind: 'read'; readonly entry: Entry | undefined } | { readonly kind: 'parked'; readonly reason: string };

/**
 * Asks for one account or group. One that waits is not asked for, and one that cannot be read while the server is otherwise
 * fine (`conflict`) is parked; any other failure is thrown, naming the account.
 */
export async function askOrPark<Entry>(
  { lot, count }: ReadTerms,
  what: string,
  address: string,
  signal: AbortSignal,
  ask: () => Promise<Entry | undefined>,
): Promise<Asked<Entry>> {
  try {
    if (lot.isWaiting(address)) return { kind: 'parked', reason: 'it could not be read lately' };
    return { kind: 'read', entry: await naming(what, address, ask) };
  } catch (error) {
    // An aborted call rejects with whatever it was aborted for, which may bear the same code.
    if (signal.aborted || !(error instanceof DomainError) || error.code !== 'conflict') throw error;
    lot.park(address, error.message);
    return { kind: 'parked', reason: error.message };
  } finally {
    count();
  }
}
