import fc, { type Arbitrary } from 'fast-check';
import type { CompareCase, LdapCase, SearchCase, SortKey } from './ldap-cases.ts';
import type { Filter } from './ldap-filter.ts';
import { arbitraryCase, arbitraryDnSpelling, arbitrarySpacing } from './ldap-spelling.ts';
import type { Vocabulary } from './ldap-vocabulary.ts';

const names = {
  text: 'uid cn sn givenName displayName o ou mail mailAlternateAddress proxyAddresses sAMAccountName userPrincipalName description nsAccountLock',
  other:
    'objectClass objectCategory telephoneNumber accountEnabled userAccountControl pwdAccountLockedTime member memberOf',
  operational:
    'entryUUID entryDN createTimestamp modifyTimestamp structuralObjectClass hasSubordinates subschemaSubentry',
  alias:
    'userid commonName surname gn rfc822Mailbox organizationName organizationalUnitName 2.5.4.3 0.9.2342.19200300.100.1.3',
  unknown: 'nosuchattribute 1.2.3.4.5 cn;lang-de',
};
const listOf = (list: string) => list.split(' ');
const canonical = new Map([
  ...listOf('userid:uid commonName:cn surname:sn gn:givenName rfc822Mailbox:mail organizationName:o').map(toPair),
  ...listOf('organizationalUnitName:ou 2.5.4.3:cn 0.9.2342.19200300.100.1.3:mail cn;lang-de:cn').map(toPair),
]);
const dnValued = new Set(['member', 'memberof', 'entrydn']);
const classNames = listOf(
  'top person organizationalPerson inetOrgPerson icewarpAccount groupOfNames icewarpGroup organizationalUnit organization domain computer user 2.5.6.6 2.5.6.9 nosuchclass',
);

const attribute = fc
  .oneof(
    { weight: 10, arbitrary: fc.constantFrom(...listOf(names.text)) },
    { weight: 6, arbitrary: fc.constantFrom(...listOf(names.other)) },
    { weight: 4, arbitrary: fc.constantFrom(...listOf(names.operational)) },
    { weight: 2, arbitrary: fc.constantFrom(...listOf(names.alias)) },
    { weight: 1, arbitrary: fc.constantFrom(...listOf(names.unknown)) },
  )
  .chain(arbitraryCase);

/** Cases over a tree: one in ten is a comparison. */
export function arbitraryLdapCase(words: Vocabulary): Arbitrary<LdapCase> {
  return fc.oneof({ weight: 9, arbitrary: arbitrarySearch(words) }, { weight: 1, arbitrary: arbitraryCompare(words) });
}

function arbitrarySearch(words: Vocabulary): Arbitrary<SearchCase> {
  const base = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('o=icewarp', ...words.parents).chain(arbitraryDnSpelling) },
    { weight: 2, arbitrary: fc.constantFrom(...words.dns).chain(arbitraryDnSpelling) },
    { weight: 1, arbitrary: arbitraryMissingDn(words) },
  );
  const selection = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom(['*'], ['+'], ['1.1'], ['*', '+'], ['1.1', 'cn'], ['*', '1.1']) },
    { weight: 1, arbitrary: fc.constantFrom(...classNames).map((name) => [`@${name}`]) },
    {
      weight: 4,
      arbitrary: fc.array(fc.oneof(attribute, fc.constantFrom('*', '+', 'name-unheard-of')), { maxLength: 6 }),
    },
  );
  const pages = fc.array(fc.constantFrom(1, 2, 7, 50, 100, 1000), { minLength: 1, maxLength: 3 });
  return fc
    .record({
      base,
      scope: fc.constantFrom(0, 1, 2, 2, 2, 3),
      deref: fc.nat(3),
      sizeLimit: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(1, 2, 10, 100) },
      ),
      typesOnly: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      filter: arbitraryFilter(words),
      attributes: selection,
      more: fc.oneof(
        { weight: 7, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ pages }) },
        { weight: 1, arbitrary: fc.record({ sort: arbitrarySort }) },
        { weight: 1, arbitrary: fc.record({ pages, sort: arbitrarySort }) },
      ),
    })
    .map(({ more, ...rest }): SearchCase => {
      const search: SearchCase = { kind: 'search', ...rest, ...more };
      // A sorted answer is judged by its keys, so they must be in it; a limit would leave it open which entries come.
      if (search.sort !== undefined) return { ...search, attributes: ['*', '+'], typesOnly: false, sizeLimit: 0 };
      return search.pages === undefined ? search : { ...search, sizeLimit: 0 };
    });
}

/** The ordering rule is named where slapd's built-in types have none. */
const arbitrarySort: Arbitrary<readonly SortKey[]> = fc
  .array(
    fc.record({
      attribute: fc.constantFrom(
        ...listOf('uid cn sn givenName sAMAccountName userAccountControl createTimestamp mail'),
      ),
      reverse: fc.boolean(),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((keys) => {
    const distinct = keys.filter((key, at) => keys.findIndex((other) => other.attribute === key.attribute) === at);
    return distinct.map((key) =>
      ['uid', 'cn'].includes(key.attribute) ? { ...key, rule: 'caseIgnoreOrderingMatch' } : key,
    );
  });

function arbitraryCompare(words: Vocabulary): Arbitrary<CompareCase> {
  const dn = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...words.dns).chain(arbitraryDnSpelling) },
    { weight: 1, arbitrary: arbitraryMissingDn(words) },
  );
  return fc.tuple(dn, arbitraryAva(words)).map(([each, ava]) => ({ kind: 'compare', dn: each, ...ava }));
}

function arbitraryMissingDn(words: Vocabulary): Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...words.dns).map((dn) => `cn=nobody here,${dn}`),
    fc.constantFrom(...words.dns).map((dn) => dn.replace('=', '=x')),
    fc.constantFrom(
      'dc=elsewhere',
      'no dn',
      'cn=a,,o=icewarp',
      'cn=\\zz,o=icewarp',
      'o=icewarp,',
      'uid=a+cn=b,ou=users,o=icewarp',
    ),
  );
}

/** An attribute and a value for it: mostly one that it has somewhere, written in another way. */
function arbitraryAva(words: Vocabulary): Arbitrary<{ readonly attribute: string; readonly value: string }> {
  return attribute.chain((name) => arbitraryValue(words, name).map((value) => ({ attribute: name, value })));
}

function arbitraryValue(words: Vocabulary, attributeName: string): Arbitrary<string> {
  const name = (canonical.get(attributeName.toLowerCase()) ?? attributeName).toLowerCase();
  const known = words.values.get(name) ?? ['anything'];
  const value = fc.constantFrom(...known);
  const respelled = dnValued.has(name)
    ? value.chain(arbitraryDnSpelling)
    : name === 'objectclass' || name === 'structuralobjectclass'
      ? fc.constantFrom(...classNames).chain(arbitraryCase)
      : name.endsWith('time') || name.endsWith('timestamp')
        ? value.chain(arbitraryTimeSpelling)
        : name === 'objectcategory'
          ? value
          : name === 'entryuuid' ||
              name === 'accountenabled' ||
              name === 'hassubordinates' ||
              name === 'useraccountcontrol'
            ? value.chain(arbitraryCase)
            : value.chain(arbitraryCase).chain(arbitrarySpacing);
  const foreign = fc.constantFrom(
    'alice',
    'x',
    '0',
    '-1',
    '513',
    '20260101000000Z',
    'TRUE',
    'true',
    'o=icewarp',
    'ü',
    ' ',
    'a*b',
  );
  return fc.oneof({ weight: 6, arbitrary: respelled }, { weight: 1, arbitrary: foreign });
}

/** The same moment in other precisions and zones (RFC 4517 §3.3.13), and moments near it. */
function arbitraryTimeSpelling(value: string): Arbitrary<string> {
  const [, year = '2026', rest = '0101000000'] = /^(\d{4})(\d{10})Z$/.exec(value) ?? [];
  const digits = `${year}${rest}`;
  return fc.constantFrom(
    value,
    `${digits}.0Z`,
    `${digits}.5Z`,
    `${digits}+0000`,
    `${digits.slice(0, 12)}Z`,
    `${digits.slice(0, 10)}Z`,
    `${Number(year) + 1}${rest}Z`,
    `${Number(year) - 1}${rest}Z`,
  );
}

function arbitraryFilter(words: Vocabulary): Arbitrary<Filter> {
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: arbitraryLeaf(words) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          filters: fc.array(tie('filter'), { minLength: 0, maxLength: 3 }),
        }),
      },
    ),
  }));
  return filter;
}

function arbitraryLeaf(words: Vocabulary): Arbitrary<Filter> {
  const comparison = fc
    .tuple(fc.constantFrom('equal', 'equal', 'equal', 'approx', 'greaterOrEqual', 'lessOrEqual'), arbitraryAva(words))
    .map(([kind, ava]): Filter => ({ kind, ...ava }) as Filter);
  return fc.oneof(
    { weight: 6, arbitrary: comparison },
    { weight: 2, arbitrary: attribute.map((name): Filter => ({ kind: 'present', attribute: name })) },
    { weight: 3, arbitrary: arbitraryAva(words).chain(arbitrarySubstrings) },
    { weight: 2, arbitrary: arbitraryExtensible(words) },
  );
}

/** Pieces of a value in their order; sometimes one that does not belong there. */
function arbitrarySubstrings(ava: { readonly attribute: string; readonly value: string }): Arbitrary<Filter> {
  const characters = [...ava.value];
  const cuts = fc.array(fc.nat(characters.length), { minLength: 2, maxLength: 6 });
  return fc
    .tuple(cuts, fc.boolean(), fc.boolean(), fc.constantFrom('', '', '', '', 'q'))
    .map(([places, hasInitial, hasFinal, odd]) => {
      const sorted = [...places].sort((a, b) => a - b);
      const piece = (from: number, to: number) => characters.slice(from, to).join('');
      const initial = hasInitial ? piece(0, sorted[0] ?? 0) : '';
      const final = hasFinal ? piece(sorted.at(-1) ?? 0, characters.length) + odd : '';
      const any: string[] = [];
      for (let at = 0; at + 1 < sorted.length; at += 2) any.push(piece(sorted[at] ?? 0, sorted[at + 1] ?? 0));
      const filled = any.filter((part) => part !== '');
      if (initial === '' && final === '' && filled.length === 0) return { kind: 'present', attribute: ava.attribute };
      return {
        kind: 'substrings',
        attribute: ava.attribute,
        ...(initial === '' ? {} : { initial }),
        any: filled,
        ...(final === '' ? {} : { final }),
      };
    });
}

function arbitraryExtensible(words: Vocabulary): Arbitrary<Filter> {
  const rules = listOf(
    'caseIgnoreMatch caseExactMatch 2.5.13.2 2.5.13.5 distinguishedNameMatch integerMatch UUIDMatch nosuchrule',
  );
  const ruled = fc
    .tuple(arbitraryAva(words), fc.option(fc.constantFrom(...rules), { nil: undefined }), fc.boolean())
    .map(([ava, rule, dn]): Filter => ({ kind: 'extensible', ...ava, dn, ...(rule === undefined ? {} : { rule }) }));
  const anywhere = fc
    .tuple(
      arbitraryAva(words),
      fc.constantFrom('caseIgnoreMatch', 'caseExactMatch', 'distinguishedNameMatch'),
      fc.boolean(),
    )
    .map(([{ value }, rule, dn]): Filter => ({ kind: 'extensible', value, rule, dn }));
  const inDn = fc
    .tuple(
      fc.constantFrom('ou', 'o', 'cn', 'uid'),
      fc.constantFrom('users', 'groups', 'Privileges', 'icewarp', 'LogOn', 'nothing'),
    )
    .map(([name, value]): Filter => ({ kind: 'extensible', attribute: name, value, dn: true }));
  const inChain = fc
    .tuple(fc.constantFrom('member', 'memberOf'), fc.constantFrom(...words.dns))
    .chain(([name, dn]) => arbitraryDnSpelling(dn).map((value) => ({ name, value })))
    .map(
      ({ name, value }): Filter => ({
        kind: 'extensible',
        attribute: name,
        rule: '1.2.840.113556.1.4.1941',
        value,
        dn: false,
      }),
    );
  return fc.oneof(ruled, anywhere, inDn, inChain);
}

function toPair(text: string): [string, string] {
  const [from = '', to = ''] = text.split(':');
  return [from.toLowerCase(), to];
}
