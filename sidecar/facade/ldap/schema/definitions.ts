import { type AttributeType, attributeTypes, type Syntax } from '../../../directory/attributes.ts';
import { type ClassDefinition, classDefinitions } from '../../../directory/class-definitions.ts';
import {
  isExtensibleRule,
  type MatchingRule,
  matchingRules,
  type RuleKind,
  ruleFor,
} from '../../../directory/matching-rules.ts';
import { type UnservedAttribute, unservedAttributes } from '../../../directory/unserved-attributes.ts';
import { listSyntaxes, syntaxOidOf } from './syntaxes.ts';

/** The schema in the text forms of RFC 4512 §4.1, by the attribute of the subschema that holds it. */
export interface SchemaTexts {
  readonly attributeTypes: readonly string[];
  readonly objectClasses: readonly string[];
  readonly matchingRules: readonly string[];
  readonly matchingRuleUse: readonly string[];
  readonly ldapSyntaxes: readonly string[];
}

/** Writes down every attribute type and class there is, with the rules that are really applied. */
export function describeSchema(): SchemaTexts {
  return {
    attributeTypes: [...attributeTypes.map(describeAttribute), ...unservedAttributes.map(describeUnserved)],
    objectClasses: classDefinitions.map(describeClass),
    matchingRules: matchingRules.map(describeRule),
    matchingRuleUse: matchingRules.filter(isExtensibleRule).map(describeRuleUse),
    ldapSyntaxes: listSyntaxes().map(({ oid, description }) => join(oid, describe(description))),
  };
}

/** RFC 4512 §4.1.2. */
function describeAttribute(type: AttributeType): string {
  const { oid, name, aliases, syntax, multiValued, operational } = type;
  return join(
    oid,
    names([name, ...aliases]),
    rules(syntax),
    `SYNTAX ${syntaxOidOf(type)}`,
    multiValued ? '' : 'SINGLE-VALUE',
    operational ? 'NO-USER-MODIFICATION USAGE directoryOperation' : '',
  );
}

function describeUnserved(attribute: UnservedAttribute): string {
  const { oid, name, aliases, syntax, syntaxOid, multiValued, usage } = attribute;
  return join(
    oid,
    names([name, ...aliases]),
    syntax === undefined ? '' : rules(syntax),
    `SYNTAX ${syntax === undefined ? syntaxOid : syntaxOidOf({ name, syntax })}`,
    multiValued ? '' : 'SINGLE-VALUE',
    usage === 'userApplications' ? '' : `USAGE ${usage}`,
  );
}

/** RFC 4512 §4.1.1. */
function describeClass({ oid, name, description, superclass, kind, must, may }: ClassDefinition): string {
  return join(
    oid,
    names([name]),
    description === undefined ? '' : describe(description),
    superclass === undefined ? '' : `SUP ${superclass}`,
    kind,
    oids('MUST', must),
    oids('MAY', may),
  );
}

/** RFC 4512 §4.1.3. */
function describeRule({ oid, name, description, assertionOid }: MatchingRule): string {
  return join(
    oid,
    name === undefined ? '' : names([name]),
    description === undefined ? '' : describe(description),
    `SYNTAX ${assertionOid}`,
  );
}

/** RFC 4512 §4.1.4. */
function describeRuleUse({ oid, name, syntaxes }: MatchingRule): string {
  const applied = [...attributeTypes, ...unservedAttributes].filter(
    ({ syntax }) => syntax !== undefined && syntaxes.includes(syntax),
  );
  return join(
    oid,
    name === undefined ? '' : names([name]),
    oids(
      'APPLIES',
      applied.map((type) => type.name),
    ),
  );
}

function rules(syntax: Syntax): string {
  const clauses: readonly (readonly [word: string, kind: RuleKind])[] = [
    ['EQUALITY', 'equality'],
    ['ORDERING', 'ordering'],
    ['SUBSTR', 'substrings'],
  ];
  return clauses
    .flatMap(([word, kind]) => {
      const rule = ruleFor(syntax, kind);
      return rule === undefined ? [] : [`${word} ${rule.name ?? rule.oid}`];
    })
    .join(' ');
}

function names(all: readonly string[]): string {
  // An alias that is an OID is no name.
  const quoted = all.filter((name) => /^[a-z]/i.test(name)).map((name) => `'${name}'`);
  return quoted.length === 1 ? `NAME ${quoted[0]}` : `NAME ( ${quoted.join(' ')} )`;
}

function describe(description: string): string {
  return `DESC '${description.replaceAll('\\', '\\5C').replaceAll("'", '\\27')}'`;
}

function oids(word: string, all: readonly string[]): string {
  if (all.length === 0) return '';
  return all.length === 1 ? `${word} ${all[0]}` : `${word} ( ${all.join(' $ ')} )`;
}

function join(...parts: readonly string[]): string {
  return `( ${parts.filter((part) => part !== '').join(' ')} )`;
}
