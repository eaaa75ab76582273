import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import type { DirectorySource, SourceGroup } from '../core/ports/directory-source.ts';
import type { KeptUser } from '../core/reconcile/plan.ts';
import { askOrPark, type ReadTerms } from './ask-or-park.ts';
import { mapBounded } from './bounded.ts';
import type { Listed } from './list-source.ts';

export interface GroupTerms extends ReadTerms {
  /** Canonical. */
  readonly filterGroups: readonly string[];
  readonly stored: () => Promise<Directory>;
}

/** Groups as read and kept. */
export interface GroupReading {
  readonly groups: readonly SourceGroup[];
  /** What is stored of them stays, members included: without these, people would lose what the group gives them. */
  readonly kept: readonly KeptUser[];
  /** Listed, and gone when they were to be read. */
  readonly vanished: number;
  readonly warnings: readonly string[];
}

/**
 * Reads groups whole. Rejects when a group of the filter has no members that could be told: then nobody knows who is to be
 * synchronised.
 */
export async function readGroups(
  source: DirectorySource,
  rows: readonly Listed[],
  terms: GroupTerms,
): Promise<GroupReading> {
  const warnings: string[] = [];
  const kept: KeptUser[] = [];
  let vanished = 0;
  const read = await mapBounded(rows, terms.concurrency, terms.signal, async ({ domain, row }, signal) => {
    const { address } = row;
    const answer = await askOrPark(terms, `group ${address}`, address, signal, () =>
      source.readGroup(domain, row, signal),
    );
    if (answer.kind === 'parked') {
      await assertStored(source.sourceId, address, answer.reason, terms);
      kept.push({ address, reason: 'parked' });
      return undefined;
    }
    if (answer.entry === undefined) {
      vanished += 1;
      return undefined;
    }
    if (answer.entry.kind !== 'left_out') return answer.entry;
    if (isInFilter(address, terms)) throw new DomainError('invalid_input', useless(address, answer.entry.warning));
    warnings.push(answer.entry.warning);
    return undefined;
  });
  return { groups: read.filter((group) => group !== undefined), kept, vanished, warnings };
}

function isInFilter(address: string, { filterGroups }: GroupTerms): boolean {
  return filterGroups.includes(parseAddress(address) ?? '');
}

async function assertStored(sourceId: string, address: string, reason: string, terms: GroupTerms): Promise<void> {
  if (!isInFilter(address, terms)) return;
  const name = parseAddress(address);
  for (const group of (await terms.stored()).groups.values()) {
    if (group.sourceId === sourceId && group.name === name) return;
  }
  throw new DomainError('upstream_unavailable', useless(address, reason));
}

function useless(address: string, reason: string): string {
  return `icewarp.groups names ${address}, whose members cannot be told (${reason}): it is not known who is to be synchronised; correct the group in IceWarp or the setting`;
}
