import { planListeners } from './app-ldap-listeners.ts';
import type { LoginEntrance } from './application/explain-login.ts';
import type { Settings } from './config/settings.ts';
import type { Database } from './storage/database.ts';
import { createOidcClientStore } from './storage/oidc-client-store.ts';

/** Every place where people log in, with what it requires: the LDAP listeners, then the OIDC clients by id. Rejects as the database does. */
export async function listLoginEntrances(
  settings: Pick<Settings, 'ldap' | 'login' | 'oidc'>,
  database: Database,
): Promise<readonly (LoginEntrance & { readonly name: string })[]> {
  const made = await createOidcClientStore(database).list();
  // One of the configuration hides another of its id.
  const clients = new Map([...made, ...settings.oidc.clients].map(({ client }) => [client.id, client]));
  return [
    ...planListeners(settings).map(({ listener: { name, require } }) => ({ facade: 'ldap', name, require })),
    ...[...clients.values()]
      .filter(({ redirectUris }) => redirectUris.length > 0)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, require }) => ({ facade: 'oidc', name: id, require })),
  ];
}
