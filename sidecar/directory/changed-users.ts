import { parseDn } from './dn.ts';
import { formatTime } from './number-values.ts';
import { OverlaidSnapshot } from './overlaid-snapshot.ts';
import { PublishedSnapshot } from './published-snapshot.ts';
import type { EntryId, Snapshot } from './snapshot.ts';

const everything = { kind: 'everything' } as const;

/** Login keys of the users whose served entry is new in `next` or differs from that in `previous`. */
export function* changedUsers(previous: Snapshot, next: Snapshot): Generator<string> {
  const candidates = findOverlaidUsers(previous, next) ?? findModifiedUsers(previous, next);
  for (const [dn, id] of candidates) {
    const before = previous.findDn(dn, everything);
    if (before !== undefined && octetsOf(previous, before).equals(octetsOf(next, id))) continue;
    yield parseDn(dn)[0]?.[0]?.value ?? '';
  }
}

/** Two versions over the same block differ by what their overlays hold; undefined for others. */
function findOverlaidUsers(previous: Snapshot, next: Snapshot): ReadonlyMap<string, EntryId> | undefined {
  if (!(next instanceof OverlaidSnapshot)) return undefined;
  const isOverlaid = previous instanceof OverlaidSnapshot;
  if (!(isOverlaid || previous instanceof PublishedSnapshot) || previous.baseKey !== next.baseKey) return undefined;
  const found = new Map<string, EntryId>();
  for (const dn of [...next.overlaidUsers(), ...(isOverlaid ? previous.overlaidUsers() : [])]) {
    const id = next.findDn(dn, everything);
    // Of a user that is gone, a DN may lead to one whose login matching holds equal.
    if (id !== undefined && next.dnOf(id) === dn) found.set(dn, id);
  }
  return found;
}

function* findModifiedUsers(previous: Snapshot, next: Snapshot): Generator<readonly [string, EntryId]> {
  const value = Buffer.from(formatTime(previous.changedAt));
  const found = next.search(
    0,
    'sub',
    {
      kind: 'and',
      filters: [
        { kind: 'present', attribute: 'uid' },
        // Times never go backwards from one version to the next, but stand still within a second.
        { kind: 'greaterOrEqual', attribute: 'modifyTimestamp', value },
      ],
    },
    everything,
  );
  for (const id of found) yield [next.dnOf(id), id];
}

function octetsOf(snapshot: Snapshot, id: EntryId): Buffer {
  const selection = snapshot.select(['*', '+'], false);
  const octets = Buffer.alloc(snapshot.entrySize(id, selection));
  return octets.subarray(0, snapshot.writeEntry(id, selection, octets, 0));
}
