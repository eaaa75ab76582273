import { DomainError } from '../core/errors.ts';
import { domainOf, localPartOf, parseAddress, parseDomain } from '../core/names.ts';
import type { DirectorySource, SourceDomain, SourceRow } from '../core/ports/directory-source.ts';
import type { SyncFilter } from '../core/reconcile/plan.ts';
import { mapBounded } from './bounded.ts';
import { naming } from './name-failure.ts';

/** A row of the server's list and the domain that it stands in. */
export interface Listed {
  readonly domain: SourceDomain;
  readonly row: SourceRow;
}

export interface ListOptions {
  readonly filter: SyncFilter;
  readonly includeMailingLists: boolean;
  /** Questions to the server at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
}

/** The rows of the groups (and lists) of some domains. */
export function listGroups(
  source: DirectorySource,
  domains: readonly SourceDomain[],
  options: ListOptions,
): Promise<readonly Listed[]> {
  return listRows(domains, options, (domain, signal) => source.listGroups(domain, options.includeMailingLists, signal));
}

/** The rows of the users of some domains. */
export function listUsers(
  source: DirectorySource,
  domains: readonly SourceDomain[],
  options: ListOptions,
): Promise<readonly Listed[]> {
  return listRows(domains, options, (domain, signal) => source.listUsers(domain, signal));
}

async function listRows(
  domains: readonly SourceDomain[],
  { concurrency, signal }: ListOptions,
  ask: (domain: SourceDomain, signal: AbortSignal) => Promise<readonly SourceRow[]>,
): Promise<readonly Listed[]> {
  const lists = await mapBounded(domains, concurrency, signal, async (domain, inner) => {
    const rows = await naming(`domain ${domain.name}`, domain.name, () => ask(domain, inner));
    return rows.map((row) => ({ domain, row }));
  });
  return lists.flat();
}

/** Domains by each of their canonical names. */
function indexDomains(domains: readonly SourceDomain[]): ReadonlyMap<string, SourceDomain> {
  const found = new Map<string, SourceDomain>();
  for (const domain of domains) {
    for (const name of [domain.name, ...domain.aliases]) {
      const canonical = parseDomain(name);
      if (canonical !== undefined && !found.has(canonical)) found.set(canonical, domain);
    }
  }
  return found;
}

/** The domain that an address is below, by any of its names. */
export function findDomainOf(domains: readonly SourceDomain[], address: string): SourceDomain | undefined {
  return indexDomains(domains).get(domainOf(address));
}

/**
 * The domains whose users the filter needs: those that are listed, or all when it names groups or nothing. Throws
 * `invalid_input` for a domain that the server does not have.
 */
export function selectDomains(domains: readonly SourceDomain[], filter: SyncFilter): readonly SourceDomain[] {
  const byName = indexDomains(domains);
  for (const asked of filter.domains) {
    if (byName.has(asked)) continue;
    throw new DomainError(
      'invalid_input',
      `icewarp.domains names ${asked}, which the server does not list: correct the setting, or give IceWarp's service account the right to see it`,
    );
  }
  if (filter.domains.length === 0 || filter.groups.length > 0) return domains;
  const wanted = new Set(filter.domains.map((name) => byName.get(name)));
  return domains.filter((domain) => wanted.has(domain));
}

/** Whether an address is below a domain whose users the filter may need. A filter that names a domain nobody has settles nothing. */
export function isInDomains(domains: readonly SourceDomain[], filter: SyncFilter, address: string): boolean {
  const byName = indexDomains(domains);
  const domain = byName.get(domainOf(address));
  if (domain === undefined) return false;
  return (
    filter.domains.length === 0 ||
    filter.groups.length > 0 ||
    filter.domains.some((name) => byName.get(name) === domain)
  );
}

/**
 * The groups of the filter that no row bears as its address, whichever name of the domain was used: none, or names that may be
 * aliases of a group, or do not exist.
 */
export function findUnlisted(
  groups: readonly string[],
  rows: readonly Listed[],
  domains: readonly SourceDomain[],
): readonly string[] {
  const byName = indexDomains(domains);
  const listed = new Set<string>();
  for (const { row } of rows) {
    const address = parseAddress(row.address);
    if (address !== undefined) listed.add(address);
  }
  return groups.filter((group) => {
    const domain = parseDomain(byName.get(domainOf(group))?.name ?? '');
    return !listed.has(group) && !listed.has(`${localPartOf(group)}@${domain}`);
  });
}

/** Of a filter's group that does not exist. */
export function unknownGroups(groups: readonly string[]): DomainError {
  return new DomainError(
    'invalid_input',
    `icewarp.groups names ${groups.join(', ')}, which the server does not list as a group: correct the setting, or set ` +
      'icewarp.includeMailingLists when it is a mailing list',
  );
}
