import type { Directory, User } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import type { DirectorySource } from '../core/ports/directory-source.ts';
import type { KeptUser, ReadUser } from '../core/reconcile/plan.ts';
import { askOrPark, type ReadTerms } from './ask-or-park.ts';
import { mapBounded } from './bounded.ts';
import { chooseDue } from './due-accounts.ts';
import type { Listed } from './list-source.ts';
import { fingerprintRow } from './row-fingerprint.ts';

export interface UserTerms extends ReadTerms {
  /** Share of the unchanged accounts that is read whole, above 0 and at most 1. */
  readonly deepReadShare: number;
  /** Only this account is read whole, canonical; the others are kept. */
  readonly only: string | undefined;
  readonly now: Date;
  readonly stored: () => Promise<Directory>;
}

/** Users as read and kept. */
export interface UserReading {
  readonly users: readonly ReadUser[];
  readonly kept: readonly KeptUser[];
  /** Listed, and gone when they were to be read. */
  readonly vanished: number;
  /** Of the accounts there are and stored, when the one was read that was not read for longest; undefined when one never was, or none is there. */
  readonly oldestReadAt: Date | undefined;
}

/** Reads the accounts whose turn it is, and keeps the others as they are stored. */
export async function readUsers(
  source: DirectorySource,
  rows: readonly Listed[],
  terms: UserTerms,
): Promise<UserReading> {
  const stored = terms.deepReadShare < 1 || terms.only !== undefined ? await findStored(source, terms) : new Map();
  const hashes = rows.map(({ domain, row }) => fingerprintRow(domain, row));
  const due = chooseRead(rows, hashes, stored, terms);
  const readAt = new Date(Math.floor(terms.now.getTime() / 1000) * 1000);

  const users: (ReadUser | undefined)[] = new Array(rows.length);
  const kept: KeptUser[] = [];
  let vanished = 0;
  await mapBounded([...rows.keys()], terms.concurrency, terms.signal, async (place, signal) => {
    const { domain, row } = rows[place] as Listed;
    const { address } = row;
    const isDue = due.has(place) || (terms.only === undefined && terms.lot.isParked(address));
    if (!isDue) {
      kept.push({ address, reason: 'not_due' });
      terms.count();
      return;
    }
    const answer = await askOrPark(terms, `account ${address}`, address, signal, () =>
      source.readUser(domain, row, signal),
    );
    if (answer.kind === 'parked') kept.push({ address, reason: 'parked' });
    else if (answer.entry === undefined) vanished += 1;
    else users[place] = { ...answer.entry, rowHash: hashes[place] ?? '', readAt };
  });
  const read = users.filter((user) => user !== undefined);
  const known = kept.length > 0 && stored.size === 0 ? await findStored(source, terms) : stored;
  return { users: read, kept, vanished, oldestReadAt: findOldest(read, kept, known) };
}

async function findStored({ sourceId }: DirectorySource, terms: UserTerms): Promise<ReadonlyMap<string, User>> {
  const found = new Map<string, User>();
  for (const user of (await terms.stored()).users.values()) {
    if (user.origin === 'synchronised' && user.sourceId === sourceId) found.set(user.login, user);
  }
  return found;
}

function chooseRead(
  rows: readonly Listed[],
  hashes: readonly string[],
  stored: ReadonlyMap<string, User>,
  { only, deepReadShare, now }: UserTerms,
): ReadonlySet<number> {
  const keys = rows.map(({ row }) => parseAddress(row.address) ?? '');
  if (only !== undefined) return new Set(keys.flatMap((key, place) => (key === only ? place : [])));
  return chooseDue(
    keys.map((key, place) => ({ rowHash: hashes[place] ?? '', stored: stored.get(key) })),
    deepReadShare,
    now,
  );
}

function findOldest(
  users: readonly ReadUser[],
  kept: readonly KeptUser[],
  stored: ReadonlyMap<string, User>,
): Date | undefined {
  let oldest = users[0]?.readAt;
  for (const { address } of kept) {
    const user = stored.get(parseAddress(address) ?? '');
    // Never served, as it could never be read: its own line tells that.
    if (user === undefined) continue;
    const { readAt } = user.facts;
    if (readAt === undefined) return undefined;
    if (oldest === undefined || readAt < oldest) oldest = readAt;
  }
  return oldest;
}
