import type { Syntax } from '../../../directory/attributes.ts';
import { matchingRules } from '../../../directory/matching-rules.ts';
import { unservedAttributes } from '../../../directory/unserved-attributes.ts';

const standard = '1.3.6.1.4.1.1466.115.121.1';

/** What the syntaxes of RFC 4517 §3.3, RFC 2798, RFC 3672, RFC 4523 and RFC 4530 are called. */
const descriptions: Readonly<Record<string, string>> = {
  [`${standard}.3`]: 'Attribute Type Description',
  [`${standard}.4`]: 'Audio',
  [`${standard}.5`]: 'Binary',
  [`${standard}.6`]: 'Bit String',
  [`${standard}.7`]: 'Boolean',
  [`${standard}.8`]: 'Certificate',
  [`${standard}.12`]: 'DN',
  [`${standard}.14`]: 'Delivery Method',
  [`${standard}.15`]: 'Directory String',
  [`${standard}.16`]: 'DIT Content Rule Description',
  [`${standard}.17`]: 'DIT Structure Rule Description',
  [`${standard}.22`]: 'Facsimile Telephone Number',
  [`${standard}.23`]: 'Fax',
  [`${standard}.24`]: 'Generalized Time',
  [`${standard}.25`]: 'Guide',
  [`${standard}.26`]: 'IA5 String',
  [`${standard}.27`]: 'INTEGER',
  [`${standard}.28`]: 'JPEG',
  [`${standard}.30`]: 'Matching Rule Description',
  [`${standard}.31`]: 'Matching Rule Use Description',
  [`${standard}.35`]: 'Name Form Description',
  [`${standard}.36`]: 'Numeric String',
  [`${standard}.37`]: 'Object Class Description',
  [`${standard}.38`]: 'OID',
  [`${standard}.40`]: 'Octet String',
  [`${standard}.41`]: 'Postal Address',
  [`${standard}.45`]: 'Subtree Specification',
  [`${standard}.50`]: 'Telephone Number',
  [`${standard}.51`]: 'Teletex Terminal Identifier',
  [`${standard}.52`]: 'Telex Number',
  [`${standard}.54`]: 'LDAP Syntax Description',
  [`${standard}.58`]: 'Substring Assertion',
  '1.3.6.1.1.16.1': 'UUID',
};

const oids: Readonly<Record<Exclude<Syntax, 'definition'>, string>> = {
  text: `${standard}.15`,
  telephone: `${standard}.50`,
  dn: `${standard}.12`,
  category: `${standard}.12`,
  'object-class': `${standard}.38`,
  oid: `${standard}.38`,
  uuid: '1.3.6.1.1.16.1',
  time: `${standard}.24`,
  integer: `${standard}.27`,
  boolean: `${standard}.7`,
};

/** Each kind of definition has a syntax of its own. */
const definitionOids: Readonly<Record<string, string>> = {
  attributeTypes: `${standard}.3`,
  matchingRules: `${standard}.30`,
  matchingRuleUse: `${standard}.31`,
  objectClasses: `${standard}.37`,
  ldapSyntaxes: `${standard}.54`,
};

/** OID of the syntax of an attribute's values. Throws TypeError for an attribute of definitions that is none of the five. */
export function syntaxOidOf({ name, syntax }: { readonly name: string; readonly syntax: Syntax }): string {
  const oid = syntax === 'definition' ? definitionOids[name] : oids[syntax];
  if (oid === undefined) throw new TypeError(`no syntax for ${name}`);
  return oid;
}

/** Every syntax that a served definition names, with its description, in the order of the OIDs. */
export function listSyntaxes(): readonly { readonly oid: string; readonly description: string }[] {
  const used = new Set([...Object.values(oids), ...Object.values(definitionOids)]);
  for (const { assertionOid } of matchingRules) used.add(assertionOid);
  for (const { syntaxOid } of unservedAttributes) if (syntaxOid !== undefined) used.add(syntaxOid);
  for (const oid of used)
    if (descriptions[oid] === undefined) throw new TypeError(`the syntax ${oid} has no description`);
  return Object.entries(descriptions).flatMap(([oid, description]) => (used.has(oid) ? [{ oid, description }] : []));
}
