import type { Group, User } from '../model.ts';
import type { Account, CanonicalReading } from './accounts.ts';
import type { Warnings } from './warnings.ts';

/** Who owns which address. */
export interface Claims {
  /** The addresses that are an account's alone, its primary one first. Warns of the others: to be asked once for each account. */
  addressesOf(account: Account<string, unknown>): readonly string[];
  /** The stored addresses of an entry that stays as it is, less those that are somebody's primary one by now. */
  addressesOfKept(entry: StoredNames): readonly string[];
  /** Whether somebody who is there bears or claims the address. */
  isClaimed(address: string): boolean;
}

/** A stored user or group; its first address is its name. */
export type StoredNames = Pick<User | Group, 'addresses'>;

/**
 * Settles addresses that several accounts claim: a primary address beats an alias, and an alias of two accounts belongs to
 * none of them. What an entry of `kept` had at its last reading stays its own until it is read again. Manual users take part
 * and are never changed: what they have, no account gets.
 */
export function settleClaims(
  reading: CanonicalReading,
  manual: readonly User[],
  kept: readonly StoredNames[],
  warnings: Warnings,
): Claims {
  const isPrimary = (address: string): boolean =>
    reading.users.has(address) || reading.groups.has(address) || reading.kept.has(address);
  const ofManual = ownersOf(manual.map(({ login, addresses }) => ({ owner: login, addresses })));
  const ofKept = ownersOf(kept.map(({ addresses }) => ({ owner: addresses[0] ?? '', addresses: addresses.slice(1) })));
  const { first, shared } = gatherClaimants(reading);
  for (const [alias, names] of shared) {
    if (isPrimary(alias) || ofManual.has(alias) || ofKept.has(alias)) continue;
    const who = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
    warnings.add(`${alias} is an alias of ${who}: it belongs to none of them; remove it from all but one in IceWarp`);
  }
  const isFree = (name: string, alias: string): boolean => {
    if (isPrimary(alias)) {
      warnings.add(`${alias} is an account of its own and an alias of ${name}: the alias does not count`);
      return false;
    }
    const byHand = ofManual.get(alias);
    if (byHand !== undefined) {
      warnings.add(
        `${alias} is an alias of ${name} and belongs to the manual user ${byHand}: the alias does not count`,
      );
      return false;
    }
    const last = ofKept.get(alias);
    if (last !== undefined) {
      warnings.add(
        `${alias} is an alias of ${name}, and ${last} had it when last read: it stays there until ${last} is read again`,
      );
      return false;
    }
    return !shared.has(alias);
  };
  return {
    // `concat` leaves no spare room, as a spread does: it would be most of the list.
    addressesOf: ({ name, aliases }) => [name].concat(aliases.filter((alias) => isFree(name, alias))),
    addressesOfKept: ({ addresses }) =>
      addresses.filter((address, place) => place === 0 || !(isPrimary(address) || ofManual.has(address))),
    isClaimed: (address) => isPrimary(address) || first.has(address) || ofManual.has(address) || ofKept.has(address),
  };
}

/** Who claims an alias first, and the aliases that several accounts claim. */
function gatherClaimants(reading: CanonicalReading) {
  const first = new Map<string, string>();
  const shared = new Map<string, readonly string[]>();
  for (const accounts of [reading.users, reading.groups]) {
    for (const { name, aliases } of accounts.values()) {
      for (const alias of aliases) {
        const before = first.get(alias);
        if (before === undefined) first.set(alias, name);
        else shared.set(alias, [...(shared.get(alias) ?? [before]), name]);
      }
    }
  }
  return { first, shared };
}

function ownersOf(entries: readonly { readonly owner: string; readonly addresses: readonly string[] }[]) {
  const owners = new Map<string, string>();
  for (const { owner, addresses } of entries) for (const address of addresses) owners.set(address, owner);
  return owners;
}
