import type { LdapCase } from './ldap-cases.ts';
import { type Filter, hasLeaf, mapLeaves } from './ldap-filter.ts';

/** Where our facade and slapd differ on purpose. Whatever is not in this file has to be the same in both. */
export interface Difference {
  readonly name: string;
  readonly reason: string;
  /** Whether the case is about this; its answers are then not compared. */
  readonly concerns?: (asked: LdapCase) => boolean;
  /** The question that slapd answers as ours is to be answered: narrower than not comparing. */
  readonly toPeer?: (leaf: Filter) => Filter;
}

const inChain = '1.2.840.113556.1.4.1941';
const booleans = new Set(['accountenabled', 'hassubordinates']);
/** Built into slapd without an ordering rule, by each of their names. */
const unordered = new Set(['cn', 'commonname', '2.5.4.3', 'uid', 'userid', '0.9.2342.19200300.100.1.1', 'description']);

/** What slapd computes when it is asked, with the equality rule of each. */
const ownRules = new Map([
  ['entryuuid', ['', 'uuidmatch']],
  ['hassubordinates', ['', 'booleanmatch']],
]);
/** Not of RFC 4517 §3.2's PrintableCharacter. */
const isUnprintable = (text: string) => !/^[A-Za-z0-9'()+,\-.=/:? ]*$/.test(text);
const nameOf = (leaf: Filter): string => ('attribute' in leaf ? (leaf.attribute ?? '').toLowerCase() : '');
const inFilter = (test: (leaf: Filter) => boolean) => (asked: LdapCase) =>
  asked.kind === 'search' && hasLeaf(asked.filter, test);
const compared =
  (...names: readonly string[]) =>
  (asked: LdapCase) =>
    asked.kind === 'compare' && names.includes(asked.attribute.toLowerCase());

export const differences: readonly Difference[] = [
  {
    name: 'approximate match is equality',
    reason:
      'RFC 4511 §4.5.1.7.6 lets a server without approximate matching use equality; slapd compares how English words sound',
    toPeer: (leaf) => (leaf.kind === 'approx' ? { ...leaf, kind: 'equal' } : leaf),
  },
  {
    name: 'the in-chain rule',
    reason:
      'Active Directory has it, slapd has not; our member and memberOf are already the effective ones, so it is their equality',
    toPeer: (leaf) =>
      leaf.kind === 'extensible' && leaf.rule === inChain && leaf.attribute !== undefined
        ? { kind: 'equal', attribute: leaf.attribute, value: leaf.value }
        : leaf,
  },
  {
    name: 'entryUUID and hasSubordinates in an extensible match',
    reason:
      'RFC 4530 gives entryUUID the rule uuidMatch, which (entryUUID:=…) is to use (RFC 4515 §3); slapd finds nothing by it',
    toPeer: (leaf) =>
      leaf.kind === 'extensible' && ownRules.get(nameOf(leaf))?.includes((leaf.rule ?? '').toLowerCase()) === true
        ? { kind: 'equal', attribute: leaf.attribute ?? '', value: leaf.value }
        : leaf,
  },
  {
    name: 'entryDN among all attributes',
    reason:
      'RFC 5020 makes it an attribute with distinguishedNameMatch; slapd leaves it out where no attribute is named',
    toPeer: (leaf) =>
      leaf.kind === 'extensible' && leaf.attribute === undefined && leaf.rule === 'distinguishedNameMatch'
        ? { kind: 'or', filters: [leaf, { kind: 'equal', attribute: 'entryDN', value: leaf.value }] }
        : leaf,
  },
  {
    name: 'booleans in any case',
    reason: 'the quoted words of RFC 4517 §3.3.3 are ABNF, which does not regard case; slapd takes capitals alone',
    toPeer: (leaf) =>
      'value' in leaf && booleans.has(nameOf(leaf)) && /^(?:true|false)$/i.test(leaf.value)
        ? { ...leaf, value: leaf.value.toUpperCase() }
        : leaf,
  },
  {
    name: 'booleans in any case, compared',
    reason: 'as in filters',
    concerns: (asked) =>
      compared('accountenabled')(asked) && asked.kind === 'compare' && asked.value !== asked.value.toUpperCase(),
  },
  {
    name: 'order of cn, uid and description',
    reason:
      'every text is ordered here, for clients page by letters; slapd builds these types in without an ordering rule',
    concerns: inFilter(
      (leaf) => (leaf.kind === 'greaterOrEqual' || leaf.kind === 'lessOrEqual') && unordered.has(nameOf(leaf)),
    ),
  },
  {
    name: 'subschemaSubentry is an attribute like any other',
    reason: 'slapd adds it to answers only; RFC 4512 §4.2 makes no exception of it for filters and compare',
    concerns: (asked) =>
      inFilter((leaf) => {
        const isInAll = leaf.kind === 'extensible' && leaf.attribute === undefined;
        return nameOf(leaf) === 'subschemasubentry' || (isInAll && /^ *cn *= *subschema *$/i.test(leaf.value));
      })(asked) || compared('subschemasubentry')(asked),
  },
  {
    name: 'entryDN and hasSubordinates can be compared',
    reason: 'RFC 5020 §2 makes entryDN usable in compare; slapd answers unwillingToPerform',
    concerns: compared('entrydn', 'hassubordinates'),
  },
  {
    name: 'structuralObjectClass is one class',
    reason: 'its rule is objectIdentifierMatch (RFC 4512 §3.4.8); slapd also finds subclasses of the one asked for',
    concerns: (asked) =>
      inFilter((leaf) => nameOf(leaf) === 'structuralobjectclass')(asked) || compared('structuralobjectclass')(asked),
  },
  {
    name: 'no attribute options',
    reason: 'we serve none, so a description with one is not recognised (RFC 4512 §2.5.2); slapd knows language tags',
    concerns: (asked) =>
      inFilter((leaf) => nameOf(leaf).includes(';'))(asked) ||
      (asked.kind === 'compare' && asked.attribute.includes(';')),
  },
  {
    name: 'objectCategory by the name of the class',
    reason: 'as in Active Directory, (objectCategory=person) stands for the DN of that class',
    concerns: (asked) =>
      inFilter((leaf) => 'value' in leaf && nameOf(leaf) === 'objectcategory' && !leaf.value.includes('='))(asked) ||
      compared('objectcategory')(asked),
  },
  {
    name: 'objectCategory is no plain DN',
    reason: 'its values are equal when the class is, so distinguishedNameMatch is not its rule',
    concerns: inFilter(
      (leaf) =>
        leaf.kind === 'extensible' &&
        (leaf.attribute === undefined ? /^cn=person,/i.test(leaf.value) : nameOf(leaf) === 'objectcategory'),
    ),
  },
  {
    name: 'a telephone number is no directory string',
    reason:
      'caseIgnoreMatch and caseExactMatch are for directory strings (RFC 4517 §4.2.4, §4.2.11); slapd lends them to the telephone syntax',
    concerns: inFilter(
      (leaf) =>
        leaf.kind === 'extensible' &&
        leaf.rule !== undefined &&
        (leaf.attribute === undefined ? /^[ +\d-]+$/.test(leaf.value) : nameOf(leaf) === 'telephonenumber'),
    ),
  },
  {
    name: 'a telephone number of any characters',
    reason: 'RFC 4517 §3.3.31 knows printable characters only; what IceWarp holds is served and found as it is',
    concerns: (asked) =>
      inFilter((leaf) => nameOf(leaf) === 'telephonenumber' && 'value' in leaf && isUnprintable(leaf.value))(asked) ||
      (compared('telephonenumber')(asked) && asked.kind === 'compare' && isUnprintable(asked.value)),
  },
  {
    name: 'blank pieces of a substring assertion',
    reason:
      'prepared values begin and end with one space (RFC 4518 §2.6.1), so a blank piece finds every value, as hyphens do in telephone numbers; slapd trims values',
    concerns: inFilter(
      (leaf) =>
        leaf.kind === 'substrings' &&
        [leaf.initial ?? 'x', ...leaf.any, leaf.final ?? 'x'].some((piece) =>
          (nameOf(leaf) === 'telephonenumber' ? /^[\s-]*$/ : /^\s*$/).test(piece),
        ),
    ),
  },
  {
    name: 'classes known by name only',
    reason:
      'filters may name classes of Active Directory, but our schema does not hold them, so @computer asks for nothing',
    concerns: (asked) =>
      asked.kind === 'search' && asked.attributes.some((name) => name === '@computer' || name === '@user'),
  },
  {
    name: 'compare looks for the entry first',
    reason: 'slapd checks the assertion before the entry; RFC 4511 §4.10 leaves the order open',
    concerns: (asked) => asked.kind === 'compare' && /nobody here|=x|\+|elsewhere|no dn|,,|zz|,$/.test(asked.dn),
  },
];

/** The difference that keeps a case from being compared; undefined when its answers must agree. */
export function findDifference(asked: LdapCase): Difference | undefined {
  return differences.find(({ concerns }) => concerns?.(asked) === true);
}

/**
 * The case as slapd is to be asked. A sorted paging is asked for as a whole, for slapd keeps the size of its first page (RFC 2696 §3
 * lets the client change it); the pages of ours are then judged by their sizes alone.
 */
export function toPeerCase(asked: LdapCase): LdapCase {
  if (asked.kind === 'compare') return asked;
  if (asked.sort !== undefined && asked.pages !== undefined) {
    const { pages: _, ...whole } = asked;
    return toPeerCase(whole);
  }
  const change = (leaf: Filter) => differences.reduce((changed, { toPeer }) => toPeer?.(changed) ?? changed, leaf);
  return { ...asked, filter: mapLeaves(asked.filter, change) };
}
