/** How values are compared and, for a filter's assertion, checked: see values.ts. */
export type Syntax =
  | 'text'
  | 'telephone'
  | 'dn'
  | 'category'
  | 'object-class'
  /** An object identifier of whatever kind. */
  | 'oid'
  /** A definition of RFC 4512 §4.1, known by the OID it begins with. */
  | 'definition'
  | 'uuid'
  | 'time'
  | 'integer'
  | 'boolean';

/** One attribute type that our entries can bear (RFC 4512 §2.5). */
export interface AttributeType {
  /** Place in {@link attributeTypes}; records and indexes use it. User attributes come before operational ones. */
  readonly id: number;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly oid: string;
  readonly syntax: Syntax;
  readonly multiValued: boolean;
  readonly operational: boolean;
  /** Whether greaterOrEqual and lessOrEqual are defined. */
  readonly ordered: boolean;
  /** Values of attributes with the same table are stored once (an address is uid, mail and userPrincipalName). */
  readonly table: string;
}

interface Definition {
  readonly oid: string;
  readonly syntax: Syntax;
  readonly aliases?: readonly string[];
  readonly single?: true;
  readonly operational?: true;
  readonly table?: string;
}

/** Our own types and classes, below a UUID-based arc (ITU-T X.667). */
export const ownArc = '2.25.53823562972135202615603040808692891733';

// RFC 4512, 4519, 4524, 2798, 4530, 5020, draft-boreham-numsubordinates, and vendors' types under their own OIDs. An entry
// bears them in this order.
const definitions = {
  objectClass: { oid: '2.5.4.0', syntax: 'object-class' },
  uid: { oid: '0.9.2342.19200300.100.1.1', syntax: 'text', aliases: ['userid'], table: 'address' },
  cn: { oid: '2.5.4.3', syntax: 'text', aliases: ['commonName'], table: 'name' },
  sn: { oid: '2.5.4.4', syntax: 'text', aliases: ['surname'] },
  givenName: { oid: '2.5.4.42', syntax: 'text', aliases: ['gn'] },
  displayName: { oid: '2.16.840.1.113730.3.1.241', syntax: 'text', single: true, table: 'name' },
  o: { oid: '2.5.4.10', syntax: 'text', aliases: ['organizationName'] },
  ou: { oid: '2.5.4.11', syntax: 'text', aliases: ['organizationalUnitName'] },
  dc: { oid: '0.9.2342.19200300.100.1.25', syntax: 'text', aliases: ['domainComponent'], single: true },
  mail: {
    oid: '0.9.2342.19200300.100.1.3',
    syntax: 'text',
    aliases: ['rfc822Mailbox', 'emailAddress', '1.2.840.113549.1.9.1'],
    table: 'address',
  },
  mailAlternateAddress: { oid: '2.16.840.1.113730.3.1.13', syntax: 'text', table: 'address' },
  proxyAddresses: { oid: '1.2.840.113556.1.2.210', syntax: 'text' },
  sAMAccountName: { oid: '1.2.840.113556.1.4.221', syntax: 'text', single: true },
  userPrincipalName: { oid: '1.2.840.113556.1.4.656', syntax: 'text', single: true, table: 'address' },
  objectCategory: { oid: '1.2.840.113556.1.4.782', syntax: 'category', single: true },
  description: { oid: '2.5.4.13', syntax: 'text' },
  telephoneNumber: { oid: '2.5.4.20', syntax: 'telephone' },
  accountEnabled: { oid: `${ownArc}.1.1`, syntax: 'boolean', single: true },
  userAccountControl: { oid: '1.2.840.113556.1.4.8', syntax: 'integer', single: true },
  nsAccountLock: { oid: '2.16.840.1.113730.3.1.610', syntax: 'text', single: true },
  pwdAccountLockedTime: { oid: '1.3.6.1.4.1.42.2.27.8.1.17', syntax: 'time', single: true },
  member: { oid: '2.5.4.31', syntax: 'dn', table: 'dn' },
  memberOf: { oid: '1.2.840.113556.1.2.102', syntax: 'dn', table: 'dn' },
  entryUUID: { oid: '1.3.6.1.1.16.4', syntax: 'uuid', single: true, operational: true },
  entryDN: { oid: '1.3.6.1.1.20', syntax: 'dn', single: true, operational: true, table: 'dn' },
  createTimestamp: { oid: '2.5.18.1', syntax: 'time', single: true, operational: true, table: 'stamp' },
  modifyTimestamp: { oid: '2.5.18.2', syntax: 'time', single: true, operational: true, table: 'stamp' },
  structuralObjectClass: { oid: '2.5.21.9', syntax: 'object-class', single: true, operational: true },
  subschemaSubentry: { oid: '2.5.18.10', syntax: 'dn', single: true, operational: true },
  hasSubordinates: { oid: '2.5.18.9', syntax: 'boolean', single: true, operational: true },
  numSubordinates: { oid: '1.3.6.1.4.1.453.16.2.103', syntax: 'integer', single: true, operational: true },
} as const satisfies Record<string, Definition>;

export type AttributeName = keyof typeof definitions;

/** Those with an ordering rule. */
export const orderedSyntaxes: ReadonlySet<Syntax> = new Set(['text', 'uuid', 'time', 'integer']);

/** Every attribute type, by id. */
export const attributeTypes: readonly AttributeType[] = Object.entries<Definition>(definitions).map(
  ([name, { oid, syntax, aliases, single, operational, table }], id) => ({
    id,
    name,
    aliases: aliases ?? [],
    oid,
    syntax,
    multiValued: single !== true,
    operational: operational === true,
    ordered: orderedSyntaxes.has(syntax),
    table: table ?? name,
  }),
);

const byDescription = new Map<string, AttributeType>();
for (const type of attributeTypes) {
  for (const name of [type.name, type.oid, ...type.aliases])
    byDescription.set(name, type).set(name.toLowerCase(), type);
}

/**
 * The type that an attribute description names: short name or alias in any case, or OID. A description with options
 * (`;lang-en`, `;binary`) names none of ours (RFC 4512 §2.5.2), and neither does an unknown one: undefined.
 */
export function findAttribute(description: string): AttributeType | undefined {
  return byDescription.get(description) ?? byDescription.get(description.toLowerCase());
}

/** The type of a name known when the program is written. */
export function attributeNamed(name: AttributeName): AttributeType {
  const type = findAttribute(name);
  if (type === undefined) throw new TypeError(`no attribute type ${name}`);
  return type;
}
