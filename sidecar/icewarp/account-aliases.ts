import { parseDomain } from '../core/names.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';
import { type Properties, splitItems, unreadable } from './properties.ts';

/** The three forms in which servers of different ages tell the aliases of an account. */
export const aliasProperties = ['A_AliasList', 'U_Alias', 'U_EmailAlias', 'U_AliasList'] as const;

/**
 * All other addresses of an account or group: its aliases, and each local part below every other name of the domain.
 * Rejects with `forbidden` when none of the forms can be read, since "no aliases" would take addresses away.
 */
export function toAliases(
  properties: Properties,
  address: string,
  domain: SourceDomain,
  about: string,
): readonly string[] {
  const lists = [properties.list('A_AliasList'), ...aliasProperties.slice(1).map((name) => texts(properties, name))];
  if (lists.every((list) => list === undefined)) throw unreadable(aliasProperties.join(', '), about);
  const addresses = new Set<string>();
  // The forms mostly repeat one another.
  for (const entry of new Set([address, ...lists.flatMap((list) => list ?? [])])) {
    const item = entry.trim();
    // [pattern] stands for many addresses, which nobody can list.
    if (item === '' || item.startsWith('[')) continue;
    const at = item.lastIndexOf('@');
    const local = at === -1 ? item : item.slice(0, at);
    if (at !== -1) addresses.add(item);
    if (at === -1) addresses.add(`${local}@${domain.name}`);
    else if (!isSameDomain(item.slice(at + 1), domain.name)) continue;
    for (const alias of domain.aliases) addresses.add(`${local}@${alias}`);
  }
  addresses.delete(address);
  return [...addresses];
}

function isSameDomain(one: string, other: string): boolean {
  if (one === other) return true;
  const canonical = parseDomain(one);
  return canonical !== undefined && canonical === parseDomain(other);
}

function texts(properties: Properties, name: string): readonly string[] | undefined {
  return properties.list(name)?.flatMap(splitItems);
}
