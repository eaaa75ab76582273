import { splitAddress, toDomainKey, toLocalKey } from './addresses.ts';
import type { DomainEntry } from './domain-entry.ts';
import type { Account } from './model.ts';

/** Which account an address belongs to, with aliases of accounts and of domains worked in. */
export class AddressBook {
  readonly #domains: ReadonlyMap<string, DomainEntry>;
  /** Every name of a domain, the aliases included. */
  #names = new Map<string, DomainEntry>();
  /** By local part @ key of the domain proper. An alias that several accounts have belongs to nobody. */
  #aliases = new Map<string, Account[]>();

  constructor(domains: ReadonlyMap<string, DomainEntry>) {
    this.#domains = domains;
  }

  /** Starts afresh, as names of domains have changed. */
  rebuild(): void {
    this.#names = new Map();
    this.#aliases = new Map();
    for (const entry of this.#domains.values()) {
      const target = entry.domain.type === 'alias' ? this.#domains.get(toDomainKey(entry.domain.target)) : entry;
      if (target === undefined) continue;
      for (const alias of entry.domain.aliases) this.#names.set(toDomainKey(alias), target);
      this.#names.set(entry.key, target);
    }
    for (const entry of this.#domains.values()) for (const account of entry.accounts.values()) this.add(account);
  }

  add(account: Account): void {
    for (const key of this.#aliasKeys(account)) {
      const owners = this.#aliases.get(key);
      if (owners === undefined) this.#aliases.set(key, [account]);
      else if (!owners.includes(account)) owners.push(account);
    }
  }

  remove(account: Account): void {
    for (const key of this.#aliasKeys(account)) {
      const owners = this.#aliases.get(key)?.filter((owner) => owner !== account) ?? [];
      if (owners.length === 0) this.#aliases.delete(key);
      else this.#aliases.set(key, owners);
    }
  }

  /** The account of a full address. Primary addresses go before aliases. */
  find(address: string): Account | undefined {
    const { local, domain } = splitAddress(address);
    const entry = this.#names.get(toDomainKey(domain));
    if (entry === undefined) return undefined;
    const key = `${toLocalKey(local)}@${entry.key}`;
    const owners = this.#aliases.get(key);
    return entry.accounts.get(key) ?? (owners?.length === 1 ? owners[0] : undefined);
  }

  /** The account that has this local part (or alias) in some domain, when there is exactly one. */
  findByLocalPart(local: string): Account | undefined {
    const found = new Set<Account>();
    for (const entry of this.#domains.values()) {
      const account = this.find(`${local}@${entry.domain.name}`);
      if (account !== undefined) found.add(account);
    }
    return found.size === 1 ? found.values().next().value : undefined;
  }

  /** Every name of a domain: its own, its aliases, the domains of type alias that stand for it. */
  namesOfDomain(domain: string): readonly string[] {
    const entry = this.#domains.get(toDomainKey(domain));
    if (entry === undefined) return [domain];
    const names = [entry.domain.name, ...entry.domain.aliases];
    for (const other of this.#domains.values()) {
      if (other.domain.type !== 'alias' || toDomainKey(other.domain.target) !== entry.key) continue;
      names.push(other.domain.name, ...other.domain.aliases);
    }
    return names;
  }

  #aliasKeys(account: Account): string[] {
    const own = splitAddress(account.address).domain;
    return account.aliases
      .filter((alias) => !alias.startsWith('['))
      .map((alias) => {
        const { local, domain } = splitAddress(alias);
        const key = toDomainKey(domain === '' ? own : domain);
        return `${toLocalKey(local)}@${this.#names.get(key)?.key ?? key}`;
      });
  }
}
