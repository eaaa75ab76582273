import { formatNormalDn, parseDn } from './dn.ts';

/** Entries by the normal form of their DN. */
export interface NamedEntries {
  entriesNamed(normalDn: string): ArrayLike<number> & Iterable<number>;
  /** The DN as served. */
  dnOf(id: number): string;
}

/** The entry that a DN names, in any spelling; undefined when there is none. Throws `invalid_input` for text that is no DN. */
export function findEntry(dn: string, entries: NamedEntries): number | undefined {
  // A normal form is its own normal form: a client that sends the DN as we spell it is spared the parsing.
  const asGiven = entries.entriesNamed(dn);
  const ids = asGiven.length > 0 ? asGiven : entries.entriesNamed(formatNormalDn(parseDn(dn)));
  // Two DNs that differ only in what matching ignores resolve by their exact spelling or not at all.
  return ids.length > 1 ? [...ids].find((one) => entries.dnOf(one) === dn) : ids[0];
}

/** The nearest entry above the one that a DN would name, among those that can be seen; undefined when there is none. */
export function findAncestor(dn: string, entries: NamedEntries, isSeen: (id: number) => boolean): number | undefined {
  const rdns = parseDn(dn);
  for (let start = 1; start < rdns.length; start++) {
    const id = entries.entriesNamed(formatNormalDn(rdns.slice(start)))[0];
    if (id !== undefined && isSeen(id)) return id;
  }
  return undefined;
}
