import type { Settings } from './settings.ts';

/** The name of the LDAP listener that `ldap.host` and `ldap.port` make. */
export const firstLdapListener = 'ldap';

/** The name of the one that `ldap.tls` makes beside it. */
export const firstLdapsListener = 'ldaps';

/** Names of all LDAP listeners, in the order of the settings. */
export function listListenerNames({ tls, listeners }: Pick<Settings['ldap'], 'tls' | 'listeners'>): readonly string[] {
  const first = tls.certFile === undefined ? [firstLdapListener] : [firstLdapListener, firstLdapsListener];
  return [...first, ...listeners.map(({ name }) => name)];
}
