import { splitAddress, toAddressKey, toDomainKey } from './addresses.ts';
import { createPublicFolders, internalAccount, internalDomain } from './built-in.ts';
import { DomainEntry } from './domain-entry.ts';
import type { FaultList } from './faults.ts';
import type { Account, CompanyData, Domain } from './model.ts';

/** Adds an account to its domain, or replaces it. */
export function put(entry: DomainEntry, account: Account): void {
  entry.accounts.set(toAddressKey(account.address), account);
  entry.forgetSelections();
}

/** Adds the built-in group where the domain has one and lacks it; takes it away where the domain has none. */
export function putBuiltInGroup(entry: DomainEntry): void {
  if (entry.domain.type !== 'standard') return;
  const group = createPublicFolders(entry.domain);
  const key = toAddressKey(group.address);
  if (entry.domain.publicFolders && !entry.accounts.has(key)) put(entry, group);
  else if (!entry.domain.publicFolders && entry.accounts.delete(key)) entry.forgetSelections();
}

/** A domain of type alias must stand for a domain of the company. */
export function checkTarget(domain: Domain, names: { has(key: string): boolean }, path: string, list: FaultList): void {
  if (domain.type === 'alias' && !names.has(toDomainKey(domain.target))) {
    list.add(path, `a domain of type alias needs the name of a domain here, not "${domain.target}"`);
  }
}

/** An account needs a domain of its own company and an address that nobody else (but `old`) has. */
export function checkHome(
  entry: DomainEntry | undefined,
  account: Account,
  old: Account | undefined,
  path: string,
  list: FaultList,
): void {
  if (entry === undefined) list.add(path, `${account.address} is in no domain of the company`);
  else if (entry.domain.type === 'alias') list.add(path, `${account.address} is in a domain of type alias`);
  else {
    const there = entry.accounts.get(toAddressKey(account.address));
    if (there !== undefined && there !== old) list.add(path, `${account.address} is there already`);
  }
}

/** Makes the domains of a company with their accounts and built-in parts. Contradictions go to the list. */
export function fillDomains(data: CompanyData, list: FaultList): Iterable<DomainEntry> {
  const domains = new Map<string, DomainEntry>();
  data.domains.forEach((domain, index) => {
    const entry = new DomainEntry(domain);
    if (domains.has(entry.key)) list.add(`domains[${index}].name`, `${domain.name} is there already`);
    domains.set(entry.key, entry);
  });
  data.domains.forEach((domain, index) => {
    checkTarget(domain, domains, `domains[${index}].target`, list);
  });
  if (!domains.has(toDomainKey(internalDomain.name))) {
    const entry = new DomainEntry(internalDomain);
    put(entry, internalAccount);
    domains.set(entry.key, entry);
  }
  data.accounts.forEach((account, index) => {
    const entry = domains.get(toDomainKey(splitAddress(account.address).domain));
    checkHome(entry, account, undefined, `accounts[${index}].address`, list);
    entry?.accounts.set(toAddressKey(account.address), account);
  });
  for (const entry of domains.values()) putBuiltInGroup(entry);
  return domains.values();
}
