import { parseDn } from './dn.ts';
import { formatTime } from './number-values.ts';
import type { EntryId, Snapshot } from './snapshot.ts';

const everything = { kind: 'everything' } as const;

/** Login keys of the users whose served entry is new in `next` or differs from that in `previous`. */
export function* changedUsers(previous: Snapshot, next: Snapshot): Generator<string> {
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
  for (const id of found) {
    const dn = next.dnOf(id);
    const before = previous.findDn(dn, everything);
    if (before !== undefined && octetsOf(previous, before).equals(octetsOf(next, id))) continue;
    yield parseDn(dn)[0]?.[0]?.value ?? '';
  }
}

function octetsOf(snapshot: Snapshot, id: EntryId): Buffer {
  const selection = snapshot.select(['*', '+'], false);
  const octets = Buffer.alloc(snapshot.entrySize(id, selection));
  return octets.subarray(0, snapshot.writeEntry(id, selection, octets, 0));
}
