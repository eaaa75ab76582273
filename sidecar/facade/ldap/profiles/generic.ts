import type { LdapProfile } from './profile.ts';

/** Everything, as it is stored. */
export const generic: LdapProfile = { name: 'generic', product: 'any LDAP client' };
