import { localPartOf } from '../../../core/names.ts';
import type { FilterItem, PlannedFilter } from '../../../directory/filter.ts';
import type { DerivedAttribute } from '../../../directory/shape.ts';
import type { EntryId, Snapshot } from '../../../directory/snapshot.ts';
import { decodeAssertion } from '../../../directory/values.ts';
import { isOfKind, readStored } from './derive.ts';

/** By which names a Unix host knows users and groups. */
export interface EntryNames {
  /** Whether users go by their whole address. */
  readonly isFull: boolean;
  readonly derived: readonly DerivedAttribute[];
  userNameOf(snapshot: Snapshot, user: EntryId): string;
  /** The users whose name an item on `uid` is TRUE for. */
  findUser(item: FilterItem, snapshot: Snapshot): PlannedFilter;
}

/** Addresses, as they are stored. */
export const fullNames: EntryNames = {
  isFull: true,
  derived: [],
  userNameOf: (snapshot, user) => readStored(snapshot, user, 'uid')[0] ?? '',
  findUser: (item) => item,
};

const isGroup = isOfKind(['group']);
const everything = { kind: 'everything' } as const;

/** The part before the `@` where only one has it, else the address: an `@` in a name means a domain to hosts. */
export const shortNames: EntryNames = {
  isFull: false,
  derived: [
    {
      name: 'uid',
      valuesOf: ({ id, kind, snapshot }) => (kind === 'user' ? [shortNameOf(snapshot, id)] : []),
      plan: findByShownName,
    },
    {
      name: 'cn',
      valuesOf({ id, kind, snapshot }) {
        const names = readStored(snapshot, id, 'cn');
        return kind === 'group' ? names.map((name) => groupNameOf(snapshot, name)) : names;
      },
      plan: planGroupName,
    },
  ],
  userNameOf: shortNameOf,
  findUser: findByShownName,
};

function shortNameOf(snapshot: Snapshot, user: EntryId): string {
  return readStored(snapshot, user, 'sAMAccountName')[0] ?? readStored(snapshot, user, 'uid')[0] ?? '';
}

/** `sAMAccountName` is the short name, and is there exactly where only one has it. */
function findByShownName(item: FilterItem): PlannedFilter {
  if (item.kind === 'present') return item;
  const hasNone: PlannedFilter = { kind: 'not', filter: { kind: 'present', attribute: 'sAMAccountName' } };
  const byShort: PlannedFilter = { ...item, attribute: 'sAMAccountName' };
  return { kind: 'or', filters: [byShort, { kind: 'and', filters: [hasNone, item] }] };
}

function groupNameOf(snapshot: Snapshot, address: string): string {
  const short = localPartOf(address);
  return findGroups(snapshot, short).length === 1 ? short : address;
}

/** A group is found by the name it is shown with alone; whatever else is asked of `cn` is asked of addresses and of people's names. */
function planGroupName(item: FilterItem, snapshot: Snapshot): PlannedFilter {
  if (item.kind !== 'equal' && item.kind !== 'approx') return item;
  const text = decodeAssertion(item.value)?.trim() ?? '';
  const others: PlannedFilter = { kind: 'and', filters: [item, { kind: 'not', filter: isGroup }] };
  const ids = text.includes('@') ? findLongNamed(item, snapshot, text) : findShortNamed(snapshot, text);
  return { kind: 'or', filters: [{ kind: 'entries', ids }, others] };
}

function findShortNamed(snapshot: Snapshot, short: string): Uint32Array {
  const groups = short === '' ? new Uint32Array() : findGroups(snapshot, short);
  return groups.length === 1 ? groups : new Uint32Array();
}

function findLongNamed(item: FilterItem, snapshot: Snapshot, address: string): Uint32Array {
  const isShort = findGroups(snapshot, localPartOf(address)).length === 1;
  return isShort ? new Uint32Array() : snapshot.search(0, 'sub', { kind: 'and', filters: [isGroup, item] }, everything);
}

/** Groups whose address has this local part. */
function findGroups(snapshot: Snapshot, localPart: string): Uint32Array {
  const initial = Buffer.from(`${localPart}@`);
  const begins: PlannedFilter = { kind: 'substring', attribute: 'cn', initial, any: [], final: undefined };
  return snapshot.search(0, 'sub', { kind: 'and', filters: [isGroup, begins] }, everything);
}
