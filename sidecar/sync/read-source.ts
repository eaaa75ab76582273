import type { Directory } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import type { DirectorySource, SourceDomain } from '../core/ports/directory-source.ts';
import type { ParkedAccount } from '../core/ports/parked-accounts.ts';
import type { Reading } from '../core/reconcile/plan.ts';
import {
  findDomainOf,
  findUnlisted,
  type Listed,
  type ListOptions,
  listGroups,
  listUsers,
  selectDomains,
  unknownGroups,
} from './list-source.ts';
import { createParkingLot } from './parking.ts';
import { createStepCounter, type OnProgress } from './progress.ts';
import { type GroupReading, readGroups } from './read-groups.ts';
import { readUsers } from './read-users.ts';

export interface ReadOptions extends ListOptions {
  readonly onProgress: OnProgress;
  /** Share of the unchanged accounts that is read whole, above 0 and at most 1. */
  readonly deepReadShare: number;
  /** Only this account is read whole, by its address or a stored alias, canonical; the others are kept. */
  readonly only: string | undefined;
  /** Lists also the accounts of domains that the filter leaves out. */
  readonly countLeftOut: boolean;
  /** What was parked by earlier runs. */
  readonly parked: readonly ParkedAccount[];
  /** What is stored; asked for only where the reading depends on it. */
  readonly stored: () => Promise<Directory>;
  readonly now: Date;
}

export interface SourceReading extends Reading {
  /** Accounts and groups that were listed, and gone when they were to be read. */
  readonly vanished: number;
  /** Accounts of domains that the filter leaves out, as listed; empty unless asked for. */
  readonly unread: readonly string[];
  /** What is parked after this reading. */
  readonly parked: readonly ParkedAccount[];
  /** How many of `kept` are groups. */
  readonly keptGroups: number;
  /** When, of the accounts there are, the one was read that was not read for longest; undefined when one never was. */
  readonly oldestReadAt: Date | undefined;
  /** The account that alone was read whole, canonical: what was asked for may be an alias of it. */
  readonly only: string | undefined;
  /** What was left out and is told nowhere else. */
  readonly warnings: readonly string[];
}

/**
 * Reads everything that the filter needs, or rejects with the first failure, naming the domain, account or group. What the
 * filter names is proved to exist before anything else is read: `invalid_input` otherwise. Groups are always read whole; users
 * of domains that are not listed only when the filter names groups too. Single accounts that cannot be read are parked.
 */
export async function readSource(source: DirectorySource, options: ReadOptions): Promise<SourceReading> {
  const { filter } = options;
  options.onProgress({ phase: 'listing', done: 0, total: 0 });
  // Refuses a server that is too old before anything of it is believed.
  await source.probe(options.signal);
  const domains = await source.listDomains(options.signal);
  const wanted = selectDomains(domains, filter);
  const groupRows = await listGroupsProving(source, domains, options);
  let only = options.only;
  const lot = createParkingLot({
    parked: options.parked,
    now: options.now,
    askedFor: (key) => key === only,
  });
  const read = (total: number) => {
    const count = createStepCounter('reading', total, options.onProgress);
    return { ...options, only, lot, count, filterGroups: filter.groups };
  };

  lot.expect(groupRows.length);
  const unproved = findUnlisted(filter.groups, groupRows, domains);
  let groups: GroupReading | undefined;
  // What no row bears may be an alias, which only the groups themselves tell.
  if (unproved.length > 0) {
    groups = await readGroups(source, groupRows, read(groupRows.length));
    await assertAliasesExist(unproved, groups, source.sourceId, options.stored);
  }
  const userRows = await listUsers(source, wanted, options);
  const unwanted = options.countLeftOut ? domains.filter((domain) => !wanted.includes(domain)) : [];
  const unread = (await listUsers(source, unwanted, options)).map(({ row }) => row.address);
  only = await resolveAlias(options.only, userRows, source.sourceId, options.stored);
  lot.expect(userRows.length);
  const terms = read(userRows.length + (groups === undefined ? groupRows.length : 0));
  groups ??= await readGroups(source, groupRows, terms);
  const { users, kept, vanished, oldestReadAt } = await readUsers(source, userRows, terms);
  return {
    domains,
    groups: groups.groups,
    users,
    kept: [...groups.kept, ...kept],
    keptGroups: groups.kept.length,
    warnings: groups.warnings,
    vanished: groups.vanished + vanished,
    unread,
    parked: lot.list(),
    oldestReadAt,
    only,
  };
}

/** The account meant by an address that no row bears: the stored one that has it as an alias. Else the address itself. */
async function resolveAlias(
  asked: string | undefined,
  rows: readonly Listed[],
  sourceId: string,
  stored: () => Promise<Directory>,
): Promise<string | undefined> {
  if (asked === undefined || rows.some(({ row }) => parseAddress(row.address) === asked)) return asked;
  const synchronised = (await stored()).users
    .values()
    .filter((user) => user.origin === 'synchronised' && user.sourceId === sourceId)
    .toArray();
  if (synchronised.some(({ login }) => login === asked)) return asked;
  return synchronised.find(({ addresses }) => addresses.includes(asked))?.login ?? asked;
}

/** The rows of all groups; those of the domains that the filter's groups are below come first. */
async function listGroupsProving(
  source: DirectorySource,
  domains: readonly SourceDomain[],
  options: ReadOptions,
): Promise<readonly Listed[]> {
  const { groups } = options.filter;
  const homes = new Set(groups.map((group) => findDomainOf(domains, group)));
  const stray = groups.filter((group) => findDomainOf(domains, group) === undefined);
  if (stray.length > 0) throw unknownGroups(stray);
  const first = await listGroups(
    source,
    domains.filter((domain) => homes.has(domain)),
    options,
  );
  const others = domains.filter((domain) => !homes.has(domain));
  return [...first, ...(await listGroups(source, others, options))];
}

async function assertAliasesExist(
  names: readonly string[],
  { groups, kept }: GroupReading,
  sourceId: string,
  stored: () => Promise<Directory>,
): Promise<void> {
  const missing = new Set(names);
  for (const { address, aliases } of groups) {
    for (const name of [address, ...aliases]) missing.delete(parseAddress(name) ?? '');
  }
  if (missing.size > 0 && kept.length > 0) {
    const keptNames = new Set(kept.map(({ address }) => parseAddress(address)));
    for (const group of (await stored()).groups.values()) {
      if (group.sourceId !== sourceId || !keptNames.has(group.name)) continue;
      for (const name of group.addresses) missing.delete(name);
    }
  }
  if (missing.size > 0) throw unknownGroups([...missing]);
}
