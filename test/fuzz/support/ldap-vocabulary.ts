import type { ServedEntry } from '../../support/slapd-ldif.ts';

/** What cases are made from: the DNs and values that the tree really has, so that random questions hit. */
export interface Vocabulary {
  readonly dns: readonly string[];
  /** DNs of entries that have something below them. */
  readonly parents: readonly string[];
  /** Some values of each attribute, by its name in lower case. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

const valuesEach = 400;

export function createVocabulary(entries: readonly ServedEntry[]): Vocabulary {
  const values = new Map<string, Set<string>>();
  for (const { attributes } of entries) {
    for (const [name, each] of attributes) {
      const known = values.get(name.toLowerCase()) ?? new Set();
      values.set(name.toLowerCase(), known);
      for (const value of each) if (known.size < valuesEach) known.add(value.toString());
    }
  }
  const dns = entries.map(({ dn }) => dn);
  return {
    dns,
    parents: dns.filter((dn) => dn.startsWith('o=') || dn.startsWith('ou=')),
    values: new Map([...values].map(([name, set]) => [name, [...set]])),
  };
}
