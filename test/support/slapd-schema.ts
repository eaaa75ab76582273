/**
 * The types and classes of our entries for slapd, by the RFCs 4519, 4524 and 2798 and the vendors' documents. `name`, `cn`, `uid` and
 * `description` are built into slapd and have no ordering rule there; to the other texts one is given, as our facade orders every text.
 * `mail` is a directory string, for addresses may be internationalised (RFC 6532 is younger than RFC 4524).
 */

const arc = '2.25.53823562972135202615603040808692891733';
const textType =
  'EQUALITY caseIgnoreMatch ORDERING caseIgnoreOrderingMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15';
const dnType = 'EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12';
const phoneType =
  'EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.50';
const integerType = 'EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27';
const booleanType = 'EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7';
const timeType =
  'EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24';

const types: readonly (readonly [oid: string, names: string, definition: string])[] = [
  ['2.5.4.4', 'sn surname', textType],
  ['2.5.4.42', 'givenName gn', textType],
  ['2.16.840.1.113730.3.1.241', 'displayName', `${textType} SINGLE-VALUE`],
  ['2.5.4.10', 'o organizationName', textType],
  ['2.5.4.11', 'ou organizationalUnitName', textType],
  ['0.9.2342.19200300.100.1.25', 'dc domainComponent', `${textType} SINGLE-VALUE`],
  ['0.9.2342.19200300.100.1.3', 'mail rfc822Mailbox', textType],
  ['2.16.840.1.113730.3.1.13', 'mailAlternateAddress', textType],
  ['1.2.840.113556.1.2.210', 'proxyAddresses', textType],
  ['1.2.840.113556.1.4.221', 'sAMAccountName', `${textType} SINGLE-VALUE`],
  ['1.2.840.113556.1.4.656', 'userPrincipalName', `${textType} SINGLE-VALUE`],
  ['1.2.840.113556.1.4.782', 'objectCategory', `${dnType} SINGLE-VALUE`],
  ['2.5.4.20', 'telephoneNumber', phoneType],
  [`${arc}.1.1`, 'accountEnabled', `${booleanType} SINGLE-VALUE`],
  ['1.2.840.113556.1.4.8', 'userAccountControl', `${integerType} SINGLE-VALUE`],
  ['2.16.840.1.113730.3.1.610', 'nsAccountLock', `${textType} SINGLE-VALUE`],
  ['1.3.6.1.4.1.42.2.27.8.1.17', 'pwdAccountLockedTime', `${timeType} SINGLE-VALUE`],
  ['2.5.4.31', 'member', dnType],
  ['1.2.840.113556.1.2.102', 'memberOf', dnType],
];

const classes: readonly string[] = [
  "( 2.5.6.4 NAME 'organization' SUP top STRUCTURAL MUST o MAY ( userPassword $ seeAlso $ telephoneNumber $ description ) )",
  "( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou MAY ( userPassword $ seeAlso $ telephoneNumber $ description ) )",
  "( 0.9.2342.19200300.100.4.13 NAME 'domain' SUP top STRUCTURAL MUST dc MAY ( userPassword $ seeAlso $ telephoneNumber $ description $ o ) )",
  "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( userPassword $ telephoneNumber $ seeAlso $ description ) )",
  "( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL MAY ( telephoneNumber $ ou ) )",
  "( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( displayName $ givenName $ mail $ o $ uid ) )",
  "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST ( member $ cn ) MAY ( seeAlso $ o $ ou $ description ) )",
  // Known to our facade because clients' ready-made filters name them; no entry has them.
  "( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY )",
  "( 1.2.840.113556.1.5.8 NAME 'group' SUP top AUXILIARY )",
  "( 1.2.840.113556.1.3.30 NAME 'computer' SUP top AUXILIARY )",
];

/** The schema in the form of slapd.conf(5), with further object classes. */
export function toSlapdSchema(furtherClasses: readonly string[]): string {
  return [
    ...types.map(([oid, names, definition]) => {
      const quoted = names.split(' ').map((name) => `'${name}'`);
      return `attributetype ( ${oid} NAME ( ${quoted.join(' ')} ) ${definition} )`;
    }),
    ...[...classes, ...furtherClasses].map((definition) => `objectclass ${definition}`),
    '',
  ].join('\n');
}
