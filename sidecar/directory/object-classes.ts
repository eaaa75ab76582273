import { classDefinitions } from './class-definitions.ts';

/**
 * Classes that clients' ready-made filters name beside ours: an assertion with a class that nobody knows is Undefined (RFC 4517
 * §4.2.26), which would empty `(!(objectClass=computer))`.
 */
const foreignClasses: readonly (readonly [name: string, oid: string])[] = [
  ['dcObject', '1.3.6.1.4.1.1466.344'],
  ['groupOfUniqueNames', '2.5.6.17'],
  ['account', '0.9.2342.19200300.100.4.5'],
  ['extensibleObject', '1.3.6.1.4.1.1466.101.120.111'],
  ['contact', '1.2.840.113556.1.5.15'],
  ['computer', '1.2.840.113556.1.3.30'],
  ['container', '1.2.840.113556.1.3.23'],
];

const byDescription = new Map<string, string>();
const ownClasses = classDefinitions.map(({ name, oid }) => [name, oid] as const);
for (const [name, oid] of [...ownClasses, ...foreignClasses]) {
  byDescription.set(name.toLowerCase(), name);
  byDescription.set(oid, name);
}

/** The name, in its exact case, of the class that a name (any case) or OID stands for; undefined for an unknown one. */
export function findObjectClass(description: string): string | undefined {
  return byDescription.get(description.toLowerCase());
}

/** objectClass values by kind of entry, superclasses included; the structural class is named beside them. */
export const entryClasses = {
  user: {
    values: ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'icewarpAccount'],
    structural: 'inetOrgPerson',
  },
  group: { values: ['top', 'groupOfNames', 'icewarpGroup'], structural: 'groupOfNames' },
  /** Privileges and roles. */
  grant: { values: ['top', 'groupOfNames'], structural: 'groupOfNames' },
  unit: { values: ['top', 'organizationalUnit'], structural: 'organizationalUnit' },
  organization: { values: ['top', 'organization'], structural: 'organization' },
  domain: { values: ['top', 'domain'], structural: 'domain' },
} as const;

export type EntryKind = keyof typeof entryClasses;
