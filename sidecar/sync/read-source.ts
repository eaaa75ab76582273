import { DomainError, messageOf } from '../core/errors.ts';
import { parseAddress, parseDomain } from '../core/names.ts';
import type {
  DirectorySource,
  SourceDomain,
  SourceGroup,
  SourceRow,
  SourceUser,
} from '../core/ports/directory-source.ts';
import type { Reading, SyncFilter } from '../core/reconcile/plan.ts';
import { mapBounded } from './bounded.ts';
import { createStepCounter, type OnProgress } from './progress.ts';

export interface ReadOptions {
  readonly filter: SyncFilter;
  readonly includeMailingLists: boolean;
  /** Questions to the server at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress;
}

export interface SourceReading extends Reading {
  /** Accounts and groups that were listed, and gone when they were to be read. */
  readonly vanished: number;
}

interface Listed {
  readonly domain: SourceDomain;
  readonly row: SourceRow;
}

/**
 * Reads everything that the filter needs, or rejects with the first failure, naming the domain, account or group. Groups
 * are always read whole; users of domains that are not listed only when the filter names groups too.
 * Throws `invalid_input` when the filter names a domain or group that the server does not have.
 */
export async function readSource(source: DirectorySource, options: ReadOptions): Promise<SourceReading> {
  const { filter, signal, concurrency, onProgress } = options;
  onProgress({ phase: 'listing', done: 0, total: 0 });
  const domains = await source.listDomains(signal);
  const wanted = selectDomains(domains, filter);
  const list = async (
    from: readonly SourceDomain[],
    ask: (domain: SourceDomain, signal: AbortSignal) => Promise<readonly SourceRow[]>,
  ): Promise<readonly Listed[]> => {
    const lists = await mapBounded(from, concurrency, signal, async (domain, inner) => {
      const rows = await naming(`domain ${domain.name}`, domain.name, () => ask(domain, inner));
      return rows.map((row) => ({ domain, row }));
    });
    return lists.flat();
  };
  const groupRows = await list(domains, (domain, inner) =>
    source.listGroups(domain, options.includeMailingLists, inner),
  );
  const userRows = await list(wanted, (domain, inner) => source.listUsers(domain, inner));
  const count = createStepCounter('reading', groupRows.length + userRows.length, onProgress);

  const readAll = async <Entry>(
    rows: readonly Listed[],
    noun: string,
    ask: (domain: SourceDomain, row: SourceRow, signal: AbortSignal) => Promise<Entry | undefined>,
  ): Promise<readonly Entry[]> => {
    const read = await mapBounded(rows, concurrency, signal, async ({ domain, row }, inner) => {
      const entry = await naming(`${noun} ${row.address}`, row.address, () => ask(domain, row, inner));
      count();
      return entry;
    });
    return read.filter((entry) => entry !== undefined);
  };
  const groups = await readAll<SourceGroup>(groupRows, 'group', (...asked) => source.readGroup(...asked));
  assertGroupsExist(groups, filter);
  const users = await readAll<SourceUser>(userRows, 'account', (...asked) => source.readUser(...asked));
  const vanished = groupRows.length + userRows.length - groups.length - users.length;
  return { domains, groups, users, vanished };
}

function selectDomains(domains: readonly SourceDomain[], filter: SyncFilter): readonly SourceDomain[] {
  const names = domains.map((domain) => [domain.name, ...domain.aliases].map(parseDomain));
  for (const asked of filter.domains) {
    if (names.some((each) => each.includes(asked))) continue;
    throw new DomainError(
      'invalid_input',
      `icewarp.domains names ${asked}, which the server does not list: correct the setting, or give IceWarp's service account the right to see it`,
    );
  }
  if (filter.domains.length === 0 || filter.groups.length > 0) return domains;
  return domains.filter((_, place) =>
    names[place]?.some((name) => name !== undefined && filter.domains.includes(name)),
  );
}

function assertGroupsExist(groups: readonly SourceGroup[], filter: SyncFilter): void {
  const missing = new Set(filter.groups);
  for (const { address, aliases } of groups) {
    for (const name of [address, ...aliases]) missing.delete(parseAddress(name) ?? '');
  }
  if (missing.size === 0) return;
  throw new DomainError(
    'invalid_input',
    `icewarp.groups names ${[...missing].join(', ')}, which the server does not list as a group: correct the setting, or set ` +
      'icewarp.includeMailingLists when it is a mailing list',
  );
}

async function naming<Result>(what: string, name: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const message = messageOf(error);
    if (!(error instanceof DomainError) || message.includes(name)) throw error;
    throw new DomainError(error.code, `${what}: ${message}`, { cause: error });
  }
}
