import { type KeptNumber, type NumberRange, toNumber, toPrefixes } from '../../../core/numeric-ids.ts';
import type { PlannedFilter } from '../../../directory/filter.ts';
import type { Snapshot } from '../../../directory/snapshot.ts';

/** Numbers of users and groups (RFC 2307 §3: uidNumber, gidNumber) in both directions. */
export interface NumericIds {
  /** Of a user or group by its entryUUID. */
  numberOf(id: string, snapshot: Snapshot): number;
  /** Entries whose number is equal to, at least or at most another one. */
  plan(order: 'equal' | 'greaterOrEqual' | 'lessOrEqual', number: bigint, snapshot: Snapshot): PlannedFilter;
}

const lowest = '0000-0000-0000-000000000000';
const highest = 'ffff-ffff-ffff-ffffffffffff';

type Kept = ReadonlyMap<string, number>;

/** Numbers of a range; those that are kept come with the snapshot. */
export function createNumericIds(range: NumberRange): NumericIds {
  const known = new WeakMap<Snapshot['keptNumbers'], Kept>();
  const keptOf = ({ keptNumbers }: Snapshot): Kept => {
    const isInRange = ({ number }: KeptNumber) => number >= range.first && number <= range.last;
    const kept = known.get(keptNumbers) ?? new Map(keptNumbers.filter(isInRange).map(({ id, number }) => [id, number]));
    known.set(keptNumbers, kept);
    return kept;
  };
  const planOrder = (order: 'greaterOrEqual' | 'lessOrEqual', number: bigint, kept: Kept): PlannedFilter => {
    const isUp = order === 'greaterOrEqual';
    if (isUp ? number <= range.first : number >= range.last) return uuid('greaterOrEqual', `00000000-${lowest}`);
    const prefixes = toPrefixes(Number(number), range);
    if (prefixes === undefined) return any([]);
    const bound = isUp ? `${prefixes.from}-${lowest}` : `${prefixes.to}-${highest}`;
    return withKept(uuid(order, bound), kept, (own) => (isUp ? own >= number : own <= number));
  };
  const planEqual = (number: bigint, kept: Kept): PlannedFilter => {
    const isInRange = number >= range.first && number <= range.last;
    const prefixes = isInRange ? toPrefixes(Number(number), range) : undefined;
    if (prefixes === undefined) return any([]);
    const { from, to } = prefixes;
    const leads = all([uuid('greaterOrEqual', `${from}-${lowest}`), uuid('lessOrEqual', `${to}-${highest}`)]);
    return withKept(leads, kept, (own) => BigInt(own) === number);
  };
  return {
    numberOf: (id, snapshot) => keptOf(snapshot).get(id) ?? toNumber(id, range),
    plan: (order, number, snapshot) =>
      order === 'equal' ? planEqual(number, keptOf(snapshot)) : planOrder(order, number, keptOf(snapshot)),
  };
}

/** Entries that a plan finds by their UUID, but for those with a kept number: they are told by that. */
function withKept(plan: PlannedFilter, kept: Kept, fits: (number: number) => boolean): PlannedFilter {
  if (kept.size === 0) return plan;
  const ids = [...kept];
  const named = (some: readonly (readonly [string, number])[]) => any(some.map(([id]) => uuid('equal', id)));
  const others = named(ids.filter(([, number]) => !fits(number)));
  return any([all([plan, { kind: 'not', filter: others }]), named(ids.filter(([, number]) => fits(number)))]);
}

function uuid(kind: 'equal' | 'greaterOrEqual' | 'lessOrEqual', value: string): PlannedFilter {
  return { kind, attribute: 'entryUUID', value: Buffer.from(value) };
}

function any(filters: readonly PlannedFilter[]): PlannedFilter {
  return { kind: 'or', filters };
}

function all(filters: readonly PlannedFilter[]): PlannedFilter {
  return { kind: 'and', filters };
}
