import type { User } from '../model.ts';
import type { Account, CanonicalReading } from './accounts.ts';
import type { Warnings } from './warnings.ts';

/** Who owns which address. */
export interface Claims {
  /** The addresses that are an account's alone, its primary one first. */
  addressesOf(account: Account<string, unknown>): readonly string[];
  /** Whether an account of the reading, or a manual user, bears or claims the address. */
  isClaimed(address: string): boolean;
}

/**
 * Settles addresses that several accounts claim: a primary address beats an alias, and an alias of two accounts belongs to
 * none of them. Manual users take part and are never changed: what they have, no account gets.
 */
export function settleClaims(reading: CanonicalReading, manual: readonly User[], warnings: Warnings): Claims {
  const accounts: readonly Account<string, unknown>[] = [...reading.users, ...reading.groups];
  const primary = new Set<string>([...reading.contradictory, ...accounts.map((account) => account.name)]);
  const ofManual = new Map<string, string>();
  for (const user of manual) for (const address of user.addresses) ofManual.set(address, user.login);

  const claimants = new Map<string, string>();
  const shared = new Map<string, readonly string[]>();
  for (const { name, aliases } of accounts) {
    for (const alias of aliases) {
      const first = claimants.get(alias);
      if (first === undefined) claimants.set(alias, name);
      else shared.set(alias, [...(shared.get(alias) ?? [first]), name]);
    }
  }
  for (const [alias, names] of shared) {
    if (primary.has(alias) || ofManual.has(alias)) continue;
    const who = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
    warnings.add(`${alias} is an alias of ${who}: it belongs to none of them; remove it from all but one in IceWarp`);
  }
  const isFree = (name: string, alias: string): boolean => {
    if (primary.has(alias)) {
      warnings.add(`${alias} is an account of its own and an alias of ${name}: the alias does not count`);
      return false;
    }
    const owner = ofManual.get(alias);
    if (owner !== undefined) {
      warnings.add(`${alias} is an alias of ${name} and belongs to the manual user ${owner}: the alias does not count`);
      return false;
    }
    return !shared.has(alias);
  };
  const owned = new Map(
    accounts.map(({ name, aliases }) => [name, [name, ...aliases.filter((alias) => isFree(name, alias))]]),
  );
  return {
    addressesOf: (account) => owned.get(account.name) ?? [account.name],
    isClaimed: (address) => primary.has(address) || claimants.has(address) || ofManual.has(address),
  };
}
