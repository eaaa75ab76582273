import { ownArc, type Syntax } from './attributes.ts';

/**
 * How a rule decides. `equality`: as the syntax itself; `exact`: the same with regard to case; `bits`: on the number's bits. Those
 * of order and of substrings are applied by the kinds of filter made for them alone.
 */
export type RuleKind = 'equality' | 'exact' | 'all-bits' | 'any-bits' | 'ordering' | 'exact-ordering' | 'substrings';

/** A matching rule (RFC 4517 §4) that is applied here. */
export interface MatchingRule {
  readonly name: string | undefined;
  readonly oid: string;
  readonly description?: string;
  readonly kind: RuleKind;
  /** What it can be applied to. */
  readonly syntaxes: readonly Syntax[];
  /** OID of the syntax of assertions. */
  readonly assertionOid: string;
}

const standard = '1.3.6.1.4.1.1466.115.121.1';
const directoryString = `${standard}.15`;
const ia5String = `${standard}.26`;
const dn = `${standard}.12`;
const integer = `${standard}.27`;
const time = `${standard}.24`;
const uuid = '1.3.6.1.1.16.1';
const oid = `${standard}.38`;
const substringAssertion = `${standard}.58`;

type Row = readonly [
  name: string | undefined,
  oid: string,
  kind: RuleKind,
  syntax: Syntax | readonly Syntax[],
  assertionOid: string,
  description?: string,
];

const rows: readonly Row[] = [
  ['caseIgnoreMatch', '2.5.13.2', 'equality', 'text', directoryString],
  ['caseIgnoreIA5Match', '1.3.6.1.4.1.1466.109.114.2', 'equality', 'text', ia5String],
  ['caseExactMatch', '2.5.13.5', 'exact', 'text', directoryString],
  ['caseExactIA5Match', '1.3.6.1.4.1.1466.109.114.1', 'exact', 'text', ia5String],
  ['telephoneNumberMatch', '2.5.13.20', 'equality', 'telephone', `${standard}.50`],
  ['distinguishedNameMatch', '2.5.13.1', 'equality', 'dn', dn],
  // Active Directory's "in chain": our member and memberOf are effective, nesting is resolved before it is served.
  [undefined, '1.2.840.113556.1.4.1941', 'equality', 'dn', dn, 'in chain'],
  [
    'icewarpCategoryMatch',
    `${ownArc}.3.1`,
    'equality',
    'category',
    directoryString,
    "a class by DN or by the DN's first value",
  ],
  ['objectIdentifierMatch', '2.5.13.0', 'equality', ['object-class', 'oid'], oid],
  ['objectIdentifierFirstComponentMatch', '2.5.13.30', 'equality', 'definition', oid],
  ['uuidMatch', '1.3.6.1.1.16.2', 'equality', 'uuid', uuid],
  ['generalizedTimeMatch', '2.5.13.27', 'equality', 'time', time],
  ['integerMatch', '2.5.13.14', 'equality', 'integer', integer],
  ['booleanMatch', '2.5.13.13', 'equality', 'boolean', `${standard}.7`],
  // Active Directory's bit rules; `(!(userAccountControl:1.2.840.113556.1.4.803:=2))` is the usual "not disabled".
  [undefined, '1.2.840.113556.1.4.803', 'all-bits', 'integer', integer, 'all bits of the assertion are set'],
  [undefined, '1.2.840.113556.1.4.804', 'any-bits', 'integer', integer, 'a bit of the assertion is set'],
  ['caseIgnoreOrderingMatch', '2.5.13.3', 'ordering', 'text', directoryString],
  ['caseExactOrderingMatch', '2.5.13.6', 'exact-ordering', 'text', directoryString],
  ['integerOrderingMatch', '2.5.13.15', 'ordering', 'integer', integer],
  ['generalizedTimeOrderingMatch', '2.5.13.28', 'ordering', 'time', time],
  ['uuidOrderingMatch', '1.3.6.1.1.16.3', 'ordering', 'uuid', uuid],
  ['caseIgnoreSubstringsMatch', '2.5.13.4', 'substrings', 'text', substringAssertion],
  ['telephoneNumberSubstringsMatch', '2.5.13.21', 'substrings', 'telephone', substringAssertion],
];

/** Every rule. The first of a kind for a syntax is the one that plain filters and sorting apply. */
export const matchingRules: readonly MatchingRule[] = rows.map(
  ([name, ruleOid, kind, syntaxes, assertionOid, description]) => ({
    ...{ name, oid: ruleOid, kind, assertionOid },
    syntaxes: typeof syntaxes === 'string' ? [syntaxes] : syntaxes,
    ...(description === undefined ? {} : { description }),
  }),
);

const byDescription = new Map<string, MatchingRule>();
for (const rule of matchingRules) {
  byDescription.set(rule.oid, rule);
  if (rule.name !== undefined) byDescription.set(rule.name.toLowerCase(), rule);
}

/** The rule that a name (any case) or OID stands for; undefined for one that is not applied here. */
export function findMatchingRule(description: string): MatchingRule | undefined {
  return byDescription.get(description.toLowerCase());
}

/** The rule of a kind that values of a syntax are compared by, where there is one. */
export function ruleFor(syntax: Syntax, kind: RuleKind): MatchingRule | undefined {
  return matchingRules.find((rule) => rule.kind === kind && rule.syntaxes.includes(syntax));
}

/** Whether an extensible match (RFC 4511 §4.5.1.7.7) may name the rule. */
export function isExtensibleRule({ kind }: MatchingRule): boolean {
  return kind !== 'ordering' && kind !== 'exact-ordering' && kind !== 'substrings';
}
