/** Names of the profiles that an LDAP listener or a service account can have: each is a product, but for the first. */
export const ldapProfileNames = [
  ...(['generic', 'keycloak', 'mailstore', 'piler', 'mailarchiva', 'dovecot', 'postfix'] as const),
  ...(['sssd', 'nextcloud', 'roundcube', 'apache', 'activedirectory'] as const),
] as const;

export type LdapProfileName = (typeof ldapProfileNames)[number];

/** Those whose products know users and groups by numbers. */
export const numberingProfiles: ReadonlySet<string> = new Set<LdapProfileName>(['sssd', 'dovecot']);
