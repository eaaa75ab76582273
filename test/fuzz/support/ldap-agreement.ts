import type { ServedEntry } from '../../support/slapd-ldif.ts';
import type { LdapCase, SearchCase } from './ldap-cases.ts';
import type { Answer } from './ldap-client.ts';

/** Kept by slapd alone, or naming slapd's own places. */
const slapdOnly = new Set(['entrycsn', 'creatorsname', 'modifiersname']);

/**
 * Compares two answers to one case, ours first: codes, matched DNs, entries, attributes and values; the order only where sorting was
 * asked for. Gives what differs in one line; undefined when nothing does.
 */
export function findDisagreement(asked: LdapCase, ours: Paged, theirs: Paged): string | undefined {
  if (ours.done.code !== theirs.done.code) {
    return `code ${ours.done.code} (${ours.done.diagnostic}), slapd ${theirs.done.code} (${theirs.done.diagnostic})`;
  }
  if (ours.done.matchedDn.toLowerCase() !== theirs.done.matchedDn.toLowerCase()) {
    return `matched DN ${ours.done.matchedDn}, slapd ${theirs.done.matchedDn}`;
  }
  if (asked.kind === 'compare') return undefined;
  if (ours.entries.length !== theirs.entries.length) {
    const [own, other] = [ours, theirs].map(({ entries }) => new Set(entries.map(({ dn }) => dn)));
    const more = [...(own ?? [])].filter((dn) => !other?.has(dn));
    const fewer = [...(other ?? [])].filter((dn) => !own?.has(dn));
    return `${ours.entries.length} entries, slapd ${theirs.entries.length}; more: ${more.slice(0, 3).join(' | ')}; missing: ${fewer.slice(0, 3).join(' | ')}`;
  }
  const expectedPages = asked.sort === undefined ? theirs.pageSizes : toPageSizes(asked.pages, ours.entries.length);
  if (String(ours.pageSizes) !== String(expectedPages)) {
    return `pages of ${ours.pageSizes}, not of ${expectedPages}`;
  }
  // Which entries a size limit lets through is the server's choice.
  if (ours.done.code === 4) return undefined;
  return findEntryDifference(ours.entries, theirs.entries) ?? findOrderDifference(asked, ours.entries, theirs.entries);
}

/** How so many entries fall on pages of these sizes, used in turn. */
function toPageSizes(sizes: readonly number[] | undefined, entries: number): number[] {
  if (sizes === undefined) return [];
  const pages: number[] = [];
  let left = entries;
  do {
    const size = Math.min(left, sizes[pages.length % sizes.length] ?? 1);
    pages.push(size);
    left -= size;
  } while (left > 0);
  return pages;
}

/** An answer and how many entries each page had. */
export type Paged = Answer & { readonly pageSizes: readonly number[] };

/** What differs between an entry of ours and the same one in the other list, which may have more. */
export function findEntryDifference(ours: readonly ServedEntry[], theirs: readonly ServedEntry[]): string | undefined {
  const others = new Map(theirs.map((entry) => [entry.dn, entry]));
  for (const entry of ours) {
    const other = others.get(entry.dn);
    if (other === undefined) return `${entry.dn} is not in slapd's answer, or twice in ours`;
    others.delete(entry.dn);
    const [own, foreign] = [toText(entry), toText(other)];
    if (own !== foreign) return `${entry.dn}:\n${own}\nslapd:\n${foreign}`;
  }
  return undefined;
}

function toText({ attributes }: ServedEntry): string {
  const lines: string[] = [];
  for (const [name, values] of attributes) {
    const key = name.toLowerCase();
    if (slapdOnly.has(key) || key === 'numsubordinates') continue;
    const texts = values.map((value) => value.toString());
    // Where the subschema stands is the server's choice.
    lines.push(`${name}: ${key === 'subschemasubentry' ? texts.length : texts.sort().join(' | ')}`);
  }
  return lines.sort().join('\n');
}

function findOrderDifference(
  { sort }: SearchCase,
  ours: readonly ServedEntry[],
  theirs: readonly ServedEntry[],
): string | undefined {
  if (sort === undefined) return undefined;
  const keysOf = (entry: ServedEntry) =>
    sort.map(({ attribute }) => {
      const values = (entry.attributes.get(attribute) ?? []).map((value) => value.toString().toLowerCase()).sort();
      // RFC 2891 §2.2: the least value counts.
      return values[0] ?? '(none)';
    });
  for (const [place, entry] of ours.entries()) {
    const other = theirs[place];
    const [own, foreign] = [keysOf(entry), other === undefined ? [] : keysOf(other)];
    if (own.join() !== foreign.join()) return `place ${place}: ${entry.dn} (${own}), slapd ${other?.dn} (${foreign})`;
  }
  return undefined;
}
