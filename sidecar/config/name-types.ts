import ldapjs from 'ldapjs';
import { parseDomain, parseGroupName } from '../core/names.ts';
import { quote } from './faults.ts';
import { listOf } from './list-types.ts';
import { textType } from './setting-types.ts';

export const domainList = listOf(
  { one: 'domain', many: 'domains', placeholder: 'domain', example: 'example.com' },
  parseDomain,
);

export const groupList = listOf(
  { one: 'group address', many: 'group addresses', placeholder: 'address', example: 'staff@example.com' },
  parseGroupName,
);

/** The name below which the LDAP tree hangs, as it was written. */
export const baseDn = textType('distinguished name (RFC 4514)', 'dn', (text) => {
  const remedy = 'write it like o=icewarp or dc=example,dc=com';
  if (/\p{Cc}/u.test(text)) return { fault: `holds a control character; ${remedy}` };
  try {
    const rdns = ldapjs.parseDN(text).toString();
    // The parser lets an empty part or value through (`o=a,,c=b`, `o=`).
    if (rdns === '' || /(?:^|[^\\])[,+]\s*(?:[,+]|$)|=\s*(?:[,+]|$)/.test(text))
      return { fault: `${quote(text)} has an empty part; ${remedy}` };
  } catch {
    return { fault: `${quote(text)} is no distinguished name; ${remedy}` };
  }
  return { value: text };
});

/** A zone of the IANA time zone database. */
export const timeZone = textType('time zone', 'zone', (text) => {
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone };
  } catch {
    return { fault: `${quote(text)} is no time zone; write one like UTC or Europe/Prague` };
  }
});
