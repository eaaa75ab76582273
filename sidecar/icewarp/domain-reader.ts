import { parseDomain } from '../core/names.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';
import { readLastDay } from './account-state.ts';
import { isOver } from './calendar-days.ts';
import { type Properties, unreadable } from './properties.ts';
import { propertyNames, type Reader, readList, toPropertiesOf } from './reader.ts';
import { type DomainRow, domainPage } from './replies.ts';
import { requireSwitch, requireText, type Subject } from './subject.ts';

const aliasType = 2;
/**
 * Standard (0), and distributed (4): accounts of a distributed domain that are listed here live on this server like
 * any others. Queues (1), backup domains (3) and service domains (5) have no accounts of their own.
 */
const accountTypes: ReadonlySet<number> = new Set([0, 4]);
const internalDomain = '##internalservicedomain.icewarp.com##';

const domainProperties = ['D_Aliases', 'D_DisableLogin', 'D_Expires', 'D_ExpiresOn_Date'] as const;

const takenForOff = 'its users are taken for shut out';

/** Domains read at the same time. */
const batchSize = 8;

/** All domains with accounts that the session may see, alias domains folded into their targets. */
export async function readDomains(reader: Reader, signal?: AbortSignal): Promise<readonly SourceDomain[]> {
  const rows = await readList<DomainRow>(
    reader,
    {
      command: 'getdomainsinfolist',
      about: 'the list of domains',
      // Without a type mask: whether its 0 means "standard" or "any" is not known, and alias domains are needed too.
      params: [['filter', [['namemask', '*']]]],
      schema: domainPage,
      keyOf: (row) => canonical(row.name),
    },
    signal,
  );
  const visible = rows.filter((row) => row.name.toLowerCase() !== internalDomain);
  const aliasesOf = await readAliasDomains(reader, visible, signal);
  const withAccounts = visible.filter((row) => accountTypes.has(row.domaintype));
  const domains = await inBatches(withAccounts, async (row) => {
    const aliases = aliasesOf.get(canonical(row.name)) ?? [];
    aliasesOf.delete(canonical(row.name));
    return await readDomain(reader, row, aliases, signal);
  });
  for (const [target, aliases] of aliasesOf) {
    reader.log.warn('IceWarp alias domains have no domain to belong to; left out', { aliases, target });
  }
  return domains;
}

async function readDomain(
  reader: Reader,
  row: DomainRow,
  aliasDomains: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SourceDomain> {
  const about = `domain ${row.name}`;
  const properties = await readDomainProperties(reader, row.name, domainProperties, signal);
  const subject: Subject = { properties, about, warnings: [] };
  const loginOff = requireSwitch(subject, 'D_DisableLogin', takenForOff);
  const lastDay = readLastDay(subject, 'D_Expires', 'D_ExpiresOn_Date', takenForOff);
  const hasExpired = lastDay === 'doubtful' || (lastDay !== undefined && isOver(lastDay, reader.now()));
  const listed = properties.list('D_Aliases');
  if (listed === undefined) throw unreadable('D_Aliases', about);
  const names = [...listed.map((name) => name.trim()), ...aliasDomains];
  const own = canonical(row.name);
  const aliases = new Map(names.map((name) => [canonical(name), name]));
  aliases.delete(own);
  aliases.delete('');
  return {
    name: row.name,
    description: row.desc,
    aliases: [...aliases.values()],
    loginDisabled: loginOff !== false || hasExpired,
    warnings: subject.warnings,
  };
}

/** Names of alias domains by the canonical name of the domain they stand for. */
async function readAliasDomains(
  reader: Reader,
  rows: readonly DomainRow[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const aliasRows = rows.filter((row) => row.domaintype === aliasType);
  await inBatches(aliasRows, async (row) => {
    const properties = await readDomainProperties(reader, row.name, ['D_DomainValue'], signal);
    const about = `domain ${row.name}`;
    const target = canonical(requireText({ properties, about, warnings: [] }, 'D_DomainValue'));
    found.set(target, [...(found.get(target) ?? []), row.name]);
  });
  return found;
}

async function readDomainProperties(
  reader: Reader,
  name: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Properties> {
  const about = `domain ${name}`;
  const command = 'getdomainproperties';
  const params = [['domainstr', name] as const, ...propertyNames('domainpropertylist', names)];
  return toPropertiesOf(await reader.session.call(command, params, { about, signal }), command, about);
}

function canonical(name: string): string {
  return parseDomain(name) ?? name.trim().toLowerCase();
}

/** In order; a failure ends it after the batch it happened in. */
async function inBatches<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    results.push(...(await Promise.all(items.slice(start, start + batchSize).map(work))));
  }
  return results;
}
