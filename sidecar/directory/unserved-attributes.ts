import { ownArc, type Syntax } from './attributes.ts';

/** Who an attribute is for (RFC 4512 §4.1.2): people, the directory's own working, or one server. */
export type Usage = 'userApplications' | 'directoryOperation' | 'dSAOperation';

/**
 * An attribute type that the schema has and no entry of the tree bears: what the classes of our entries allow beside, and what
 * describes the server. A filter that names one is FALSE, and not Undefined as with a type that nobody knows.
 */
export interface UnservedAttribute {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly oid: string;
  /** Undefined where no matching rule is applied. */
  readonly syntax: Syntax | undefined;
  /** Of such a type: the syntax's OID. */
  readonly syntaxOid: string | undefined;
  readonly multiValued: boolean;
  readonly usage: Usage;
}

type Row = readonly [names: string, oid: string, syntax: Syntax | number, more?: 'single'];

/** Names with `,` between them; a syntax without rules is given by its number below 1.3.6.1.4.1.1466.115.121.1. */
const forPeople: readonly Row[] = [
  // RFC 4519.
  ['businessCategory', '2.5.4.15', 'text'],
  ['destinationIndicator', '2.5.4.27', 'text'],
  ['facsimileTelephoneNumber,fax', '2.5.4.23', 22],
  ['initials', '2.5.4.43', 'text'],
  ['internationalISDNNumber', '2.5.4.25', 36],
  ['l,localityName', '2.5.4.7', 'text'],
  ['owner', '2.5.4.32', 'dn'],
  ['physicalDeliveryOfficeName', '2.5.4.19', 'text'],
  ['postalAddress', '2.5.4.16', 41],
  ['postalCode', '2.5.4.17', 'text'],
  ['postOfficeBox', '2.5.4.18', 'text'],
  ['preferredDeliveryMethod', '2.5.4.28', 14, 'single'],
  ['registeredAddress', '2.5.4.26', 41],
  ['searchGuide', '2.5.4.14', 25],
  ['seeAlso', '2.5.4.34', 'dn'],
  ['st,stateOrProvinceName', '2.5.4.8', 'text'],
  ['street,streetAddress', '2.5.4.9', 'text'],
  ['teletexTerminalIdentifier', '2.5.4.22', 51],
  ['telexNumber', '2.5.4.21', 52],
  ['title', '2.5.4.12', 'text'],
  ['userPassword', '2.5.4.35', 40],
  ['x121Address', '2.5.4.24', 36],
  ['x500UniqueIdentifier', '2.5.4.45', 6],
  // RFC 4523, RFC 4524 and RFC 2798.
  ['userCertificate', '2.5.4.36', 8],
  ['associatedName', '0.9.2342.19200300.100.1.38', 'dn'],
  ['audio', '0.9.2342.19200300.100.1.55', 4],
  ['homePhone,homeTelephoneNumber', '0.9.2342.19200300.100.1.20', 'telephone'],
  ['homePostalAddress', '0.9.2342.19200300.100.1.39', 41],
  ['jpegPhoto', '0.9.2342.19200300.100.1.60', 28],
  ['labeledURI', '1.3.6.1.4.1.250.1.57', 'text'],
  ['manager', '0.9.2342.19200300.100.1.10', 'dn'],
  ['mobile,mobileTelephoneNumber', '0.9.2342.19200300.100.1.41', 'telephone'],
  ['pager,pagerTelephoneNumber', '0.9.2342.19200300.100.1.42', 'telephone'],
  ['photo', '0.9.2342.19200300.100.1.7', 23],
  ['roomNumber', '0.9.2342.19200300.100.1.6', 'text'],
  ['secretary', '0.9.2342.19200300.100.1.21', 'dn'],
  ['carLicense', '2.16.840.1.113730.3.1.1', 'text'],
  ['departmentNumber', '2.16.840.1.113730.3.1.2', 'text'],
  ['employeeNumber', '2.16.840.1.113730.3.1.3', 'text', 'single'],
  ['employeeType', '2.16.840.1.113730.3.1.4', 'text'],
  ['preferredLanguage', '2.16.840.1.113730.3.1.39', 'text', 'single'],
  ['userSMIMECertificate', '2.16.840.1.113730.3.1.40', 5],
  ['userPKCS12', '2.16.840.1.113730.3.1.216', 5],
];

/** What some profiles derive: RFC 2307 §4, Active Directory's under its own OIDs, and the two that Postfix asks for by default. */
const forProfiles: readonly Row[] = [
  ['uidNumber', '1.3.6.1.1.1.1.0', 'integer', 'single'],
  ['gidNumber', '1.3.6.1.1.1.1.1', 'integer', 'single'],
  ['gecos', '1.3.6.1.1.1.1.2', 'text', 'single'],
  ['homeDirectory', '1.3.6.1.1.1.1.3', 'text', 'single'],
  ['loginShell', '1.3.6.1.1.1.1.4', 'text', 'single'],
  ['memberUid', '1.3.6.1.1.1.1.12', 'text'],
  ['distinguishedName', '2.5.4.49', 'dn', 'single'],
  ['objectGUID', '1.2.840.113556.1.4.2', 40, 'single'],
  ['mailacceptinggeneralid', `${ownArc}.1.3`, 'text'],
  ['maildrop', `${ownArc}.1.4`, 'text'],
];

/** Of the subschema and of subentries: RFC 4512 §4.2 and RFC 3672 §2.3. */
const forTheDirectory: readonly Row[] = [
  ['attributeTypes', '2.5.21.5', 'definition'],
  ['dITContentRules', '2.5.21.2', 16],
  ['dITStructureRules', '2.5.21.1', 17],
  ['matchingRules', '2.5.21.4', 'definition'],
  ['matchingRuleUse', '2.5.21.8', 'definition'],
  ['nameForms', '2.5.21.7', 35],
  ['objectClasses', '2.5.21.6', 'definition'],
  ['subtreeSpecification', '2.5.18.6', 45, 'single'],
];

/** Of the root DSE: RFC 4512 §5.1 and RFC 3045. */
const forThisServer: readonly Row[] = [
  ['altServer', '1.3.6.1.4.1.1466.101.120.6', 26],
  ['defaultNamingContext', `${ownArc}.1.2`, 'dn', 'single'],
  ['ldapSyntaxes', '1.3.6.1.4.1.1466.101.120.16', 'definition'],
  ['namingContexts', '1.3.6.1.4.1.1466.101.120.5', 'dn'],
  ['supportedControl', '1.3.6.1.4.1.1466.101.120.13', 'oid'],
  ['supportedExtension', '1.3.6.1.4.1.1466.101.120.7', 'oid'],
  ['supportedFeatures', '1.3.6.1.4.1.4203.1.3.5', 'oid'],
  ['supportedLDAPVersion', '1.3.6.1.4.1.1466.101.120.15', 'integer'],
  ['supportedSASLMechanisms', '1.3.6.1.4.1.1466.101.120.14', 15],
  ['vendorName', '1.3.6.1.1.4', 'text', 'single'],
  ['vendorVersion', '1.3.6.1.1.5', 'text', 'single'],
];

/** All of them. */
export const unservedAttributes: readonly UnservedAttribute[] = [
  ...[...forPeople, ...forProfiles].map((row) => toAttribute(row, 'userApplications')),
  ...forTheDirectory.map((row) => toAttribute(row, 'directoryOperation')),
  ...forThisServer.map((row) => toAttribute(row, 'dSAOperation')),
];

const byDescription = new Map<string, UnservedAttribute>();
for (const attribute of unservedAttributes) {
  for (const name of [attribute.name, attribute.oid, ...attribute.aliases])
    byDescription.set(name.toLowerCase(), attribute);
}

/** The type that a name (any case) or OID stands for, as `findAttribute` has it for those that entries bear. */
export function findUnservedAttribute(description: string): UnservedAttribute | undefined {
  return byDescription.get(description.toLowerCase());
}

function toAttribute([names, oid, syntax, more]: Row, usage: Usage): UnservedAttribute {
  const [name = '', ...aliases] = names.split(',');
  const isNumber = typeof syntax === 'number';
  return {
    ...{ name, aliases, oid, usage },
    syntax: isNumber ? undefined : syntax,
    syntaxOid: isNumber ? `1.3.6.1.4.1.1466.115.121.1.${syntax}` : undefined,
    multiValued: more !== 'single',
  };
}
