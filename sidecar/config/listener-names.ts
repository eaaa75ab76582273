/** The name of the LDAP listener that `ldap.host` and `ldap.port` make. */
export const firstLdapListener = 'ldap';
