import { ownArc } from './attributes.ts';

/** An object class of the schema (RFC 4512 §4.1.1). */
export interface ClassDefinition {
  readonly name: string;
  readonly oid: string;
  readonly kind: 'ABSTRACT' | 'STRUCTURAL' | 'AUXILIARY';
  readonly superclass: string | undefined;
  readonly description: string | undefined;
  readonly must: readonly string[];
  readonly may: readonly string[];
}

const post =
  'businessCategory destinationIndicator facsimileTelephoneNumber internationalISDNNumber l physicalDeliveryOfficeName ' +
  'postalAddress postalCode postOfficeBox preferredDeliveryMethod registeredAddress st street telephoneNumber ' +
  'teletexTerminalIdentifier telexNumber x121Address';
const organizational = `description searchGuide seeAlso userPassword ${post}`;

interface Row {
  readonly oid: string;
  readonly kind?: ClassDefinition['kind'];
  readonly superclass?: string;
  readonly description?: string;
  readonly must?: string;
  readonly may?: string;
}

// RFC 4512, 4519, 4524, 2798, 2307 and 3672, our own two, and two of Active Directory's.
const rows: Readonly<Record<string, Row>> = {
  top: { oid: '2.5.6.0', kind: 'ABSTRACT', must: 'objectClass' },
  organization: { oid: '2.5.6.4', superclass: 'top', must: 'o', may: organizational },
  organizationalUnit: { oid: '2.5.6.5', superclass: 'top', must: 'ou', may: organizational },
  domain: {
    oid: '0.9.2342.19200300.100.4.13',
    superclass: 'top',
    must: 'dc',
    may: `associatedName o ${organizational}`,
  },
  person: {
    oid: '2.5.6.6',
    superclass: 'top',
    must: 'sn cn',
    may: 'userPassword telephoneNumber seeAlso description',
  },
  organizationalPerson: {
    oid: '2.5.6.7',
    superclass: 'person',
    may: `title ou ${post.replace('businessCategory ', '')}`,
  },
  inetOrgPerson: {
    oid: '2.16.840.1.113730.3.2.2',
    superclass: 'organizationalPerson',
    may:
      'audio businessCategory carLicense departmentNumber displayName employeeNumber employeeType givenName homePhone ' +
      'homePostalAddress initials jpegPhoto labeledURI mail manager mobile o pager photo roomNumber secretary uid ' +
      'userCertificate x500UniqueIdentifier preferredLanguage userSMIMECertificate userPKCS12',
  },
  // RFC 4519 §3.5 demands a member; a group that has none is served without one, as by Active Directory.
  groupOfNames: {
    oid: '2.5.6.9',
    superclass: 'top',
    must: 'cn',
    may: 'member businessCategory seeAlso owner ou o description',
  },
  icewarpAccount: {
    oid: `${ownArc}.2.1`,
    kind: 'AUXILIARY',
    superclass: 'top',
    description: 'an account of the IceWarp server',
    may:
      'mailAlternateAddress proxyAddresses sAMAccountName userPrincipalName objectCategory accountEnabled ' +
      'userAccountControl nsAccountLock pwdAccountLockedTime memberOf',
  },
  icewarpGroup: {
    oid: `${ownArc}.2.2`,
    kind: 'AUXILIARY',
    superclass: 'top',
    description: 'a group of the IceWarp server',
    may: 'mail proxyAddresses',
  },
  // Of profiles alone. Active Directory's two are structural there; beside another structural class they cannot be.
  posixAccount: {
    oid: '1.3.6.1.1.1.2.0',
    kind: 'AUXILIARY',
    superclass: 'top',
    must: 'cn uid uidNumber gidNumber homeDirectory',
    may: 'userPassword loginShell gecos description',
  },
  // RFC 2307 has it structural, its successor "bis" auxiliary.
  posixGroup: {
    oid: '1.3.6.1.1.1.2.2',
    kind: 'AUXILIARY',
    superclass: 'top',
    must: 'gidNumber',
    may: 'userPassword memberUid description',
  },
  user: {
    oid: '1.2.840.113556.1.5.9',
    kind: 'AUXILIARY',
    superclass: 'top',
    may: 'objectGUID distinguishedName objectCategory sAMAccountName userPrincipalName userAccountControl memberOf proxyAddresses',
  },
  group: {
    oid: '1.2.840.113556.1.5.8',
    kind: 'AUXILIARY',
    superclass: 'top',
    may: 'objectGUID distinguishedName objectCategory sAMAccountName member mail proxyAddresses',
  },
  subentry: { oid: '2.5.17.0', superclass: 'top', must: 'cn subtreeSpecification' },
  subschema: {
    oid: '2.5.20.1',
    kind: 'AUXILIARY',
    may: 'dITStructureRules nameForms dITContentRules objectClasses attributeTypes matchingRules matchingRuleUse',
  },
};

/** Every class that an entry of ours, the root DSE or the subschema bears. */
export const classDefinitions: readonly ClassDefinition[] = Object.entries(rows).map(([name, row]) => ({
  ...{ name, oid: row.oid, superclass: row.superclass, description: row.description },
  kind: row.kind ?? 'STRUCTURAL',
  must: toNames(row.must),
  may: toNames(row.may),
}));

const byName = new Map(classDefinitions.map((definition) => [definition.name, definition]));

/**
 * The attributes that entries of a class may bear, those of its superclasses too (RFC 4529). None for a class without a
 * definition here.
 */
export function attributesOfClass(name: string): readonly string[] {
  const attributes: string[] = [];
  for (let next = byName.get(name); next !== undefined; next = byName.get(next.superclass ?? '')) {
    attributes.push(...next.must, ...next.may);
  }
  return attributes;
}

function toNames(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.split(' ');
}
