/** A strict reader of the text forms of RFC 4512 §4.1, for the tests alone. */

export interface Definition {
  readonly oid: string;
  /** Clauses by their word, in their order; a flag has no values. */
  readonly clauses: ReadonlyMap<string, readonly string[]>;
}

const oidPattern = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/;
const namePattern = /^[A-Za-z][A-Za-z0-9-]*$/;

type Kind = 'qdescrs' | 'qdstring' | 'oid' | 'oids' | 'noidlen' | 'flag' | 'usage';

/** Words of each kind of definition, in the order that the grammar has them. */
const grammars: Readonly<Record<string, readonly (readonly [word: string, kind: Kind])[]>> = {
  attributeTypes: [
    ['NAME', 'qdescrs'],
    ['DESC', 'qdstring'],
    ['OBSOLETE', 'flag'],
    ['SUP', 'oid'],
    ['EQUALITY', 'oid'],
    ['ORDERING', 'oid'],
    ['SUBSTR', 'oid'],
    ['SYNTAX', 'noidlen'],
    ['SINGLE-VALUE', 'flag'],
    ['COLLECTIVE', 'flag'],
    ['NO-USER-MODIFICATION', 'flag'],
    ['USAGE', 'usage'],
  ],
  objectClasses: [
    ['NAME', 'qdescrs'],
    ['DESC', 'qdstring'],
    ['OBSOLETE', 'flag'],
    ['SUP', 'oids'],
    ['ABSTRACT', 'flag'],
    ['STRUCTURAL', 'flag'],
    ['AUXILIARY', 'flag'],
    ['MUST', 'oids'],
    ['MAY', 'oids'],
  ],
  matchingRules: [
    ['NAME', 'qdescrs'],
    ['DESC', 'qdstring'],
    ['OBSOLETE', 'flag'],
    ['SYNTAX', 'noidlen'],
  ],
  matchingRuleUse: [
    ['NAME', 'qdescrs'],
    ['DESC', 'qdstring'],
    ['OBSOLETE', 'flag'],
    ['APPLIES', 'oids'],
  ],
  ldapSyntaxes: [['DESC', 'qdstring']],
};

/** Reads one definition of an attribute of the subschema. Throws for whatever the grammar does not have. */
export function parseDefinition(attribute: string, text: string): Definition {
  const tokens = text.match(/'[^']*'|[()$]|[^\s()$']+/g) ?? [];
  // One space, or more, stands between any two tokens.
  if (tokens.join(' ') !== text.replace(/ +/g, ' ')) throw new Error(`broken: ${text}`);
  const take = () => tokens.shift() ?? '';
  const expect = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`${what}: ${text}`);
  };
  const isOid = (token: string) => oidPattern.test(token) || namePattern.test(token);
  const takeList = (separator: string, isItem: (token: string) => boolean): string[] => {
    const first = take();
    if (first !== '(') {
      expect(isItem(first), 'item');
      return [first];
    }
    const items: string[] = [];
    for (;;) {
      const item = take();
      expect(isItem(item), 'item of a list');
      items.push(item);
      if (tokens[0] === ')') {
        take();
        return items;
      }
      if (separator !== '') expect(take() === separator, 'separator');
    }
  };
  const isQuoted = (token: string) => /^'.+'$/s.test(token);
  const readers: Readonly<Record<Kind, () => readonly string[]>> = {
    flag: () => [],
    oid: () => takeList('$', isOid).slice(0, 1),
    oids: () => takeList('$', isOid),
    noidlen: () => [take()].filter((token) => oidPattern.test(token.replace(/\{\d+\}$/, ''))),
    usage: () =>
      [take()].filter((token) =>
        /^(?:userApplications|directoryOperation|distributedOperation|dSAOperation)$/.test(token),
      ),
    qdescrs: () =>
      takeList('', (token) => isQuoted(token) && namePattern.test(token.slice(1, -1))).map((token) =>
        token.slice(1, -1),
      ),
    qdstring: () => [take()].filter(isQuoted).map((token) => token.slice(1, -1)),
  };
  expect(take() === '(', 'beginning');
  const oid = take();
  expect(oidPattern.test(oid), 'OID');
  const clauses = new Map<string, readonly string[]>();
  for (const [word, kind] of grammars[attribute] ?? []) {
    if (tokens[0] !== word) continue;
    take();
    const values = readers[kind]();
    expect(kind === 'flag' || values.length > 0, word);
    clauses.set(word, values);
  }
  expect(take() === ')' && tokens.length === 0, 'end');
  return { oid, clauses };
}
