import type { LdapProfile } from './profile.ts';

/** Searches, binds and compares `member` as everybody does. */
export const apache: LdapProfile = { name: 'apache', product: 'Apache httpd (mod_authnz_ldap)' };
