/** Numbers of users and groups on Unix hosts: from the first to the last, both included. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** A number that is kept because another entry's would have been the same. */
export interface KeptNumber {
  /** entryUUID. */
  readonly id: string;
  readonly number: number;
}

/** Octets of a UUID that its number is made of, as a count of their values. */
const prefixes = 2n ** 32n;

/**
 * The number that a UUID leads to: its first 32 bits, scaled down to the range, so that the UUIDs of one number lie side by side. Most
 * entries have this one; see {@link keepNumbers} for the others.
 */
export function toNumber(id: string, range: NumberRange): number {
  const prefix = BigInt(`0x${id.slice(0, 8)}`);
  return range.first + Number((prefix * sizeOf(range)) / prefixes);
}

/** The first and the last of the 32 bits that {@link toNumber} makes a number of, in hexadecimal; undefined outside the range. */
export function toPrefixes(
  number: number,
  range: NumberRange,
): { readonly from: string; readonly to: string } | undefined {
  if (number < range.first || number > range.last) return undefined;
  const size = sizeOf(range);
  const place = BigInt(number - range.first);
  const begin = (at: bigint) => (at * prefixes + size - 1n) / size;
  const format = (prefix: bigint) => prefix.toString(16).padStart(8, '0');
  return { from: format(begin(place)), to: format(begin(place + 1n) - 1n) };
}

/**
 * The numbers to keep besides those kept already, so that no two entries have the same: of entries that lead to one number, the one
 * that was there first has it and the others get the next free ones; all of them are kept from then on, whoever goes later. A kept
 * number outside the range counts as none. `entries` in any order. Throws RangeError when there are more entries than numbers.
 */
export function keepNumbers(
  entries: Iterable<{ readonly id: string; readonly createdAt: Date }>,
  range: NumberRange,
  kept: readonly KeptNumber[],
): readonly KeptNumber[] {
  const isInRange = ({ number }: KeptNumber) => number >= range.first && number <= range.last;
  const known = new Map(kept.filter(isInRange).map(({ id, number }) => [id, number]));
  const taken = new Map([...known].map(([id, number]) => [number, { id, createdAt: beginning }]));
  const later: { readonly id: string; readonly createdAt: Date }[] = [];
  let count = 0;
  for (const entry of entries) {
    count += 1;
    if (known.has(entry.id)) continue;
    const number = toNumber(entry.id, range);
    const holder = taken.get(number);
    const isFirst = holder === undefined || isBefore(entry, holder);
    if (isFirst) taken.set(number, entry);
    if (holder !== undefined) later.push(isFirst ? holder : entry);
  }
  if (count + known.size > range.last - range.first + 1)
    throw new RangeError(`there are more users and groups than numbers from ${range.first} to ${range.last}`);
  const added = new Map<string, number>();
  for (const { id } of later.sort((a, b) => (isBefore(a, b) ? -1 : 1))) {
    const wanted = toNumber(id, range);
    const holder = taken.get(wanted);
    if (holder !== undefined && !known.has(holder.id)) added.set(holder.id, added.get(holder.id) ?? wanted);
    let number = wanted;
    while (taken.has(number)) number = number === range.last ? range.first : number + 1;
    taken.set(number, { id, createdAt: beginning });
    added.set(id, number);
  }
  return Array.from(added, ([id, number]) => ({ id, number }));
}

/** Whoever has a kept number was there before all who have none. */
const beginning = new Date(0);

function isBefore(a: { id: string; createdAt: Date }, b: { id: string; createdAt: Date }): boolean {
  const difference = a.createdAt.getTime() - b.createdAt.getTime();
  return difference < 0 || (difference === 0 && a.id < b.id);
}

function sizeOf({ first, last }: NumberRange): bigint {
  return BigInt(last - first + 1);
}
