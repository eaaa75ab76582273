import { toComponentId } from '../../../plugin/component-ids.ts';
import { toLdapMappers } from '../../../plugin/realm/ldap-mappers.ts';
import { toProviderConfig } from '../../../plugin/realm/ldap-provider.ts';
import type { Config } from '../../../plugin/realm-admin.ts';
import type { FederationSettings } from '../../../plugin/settings.ts';
import { type AdminCalls, createAdminCalls } from '../../integration/keycloak/support/admin-calls.ts';
import { askForTokens, probeClient, type TokenAnswer } from '../../integration/keycloak/support/password-login.ts';
import type { KeycloakServer } from '../../support/keycloak-server.ts';
import { type BenchServer, base } from './ldap-pair.ts';

/** A realm whose users come from one LDAP server, set up as the plugin does it. */
export interface BenchRealm {
  readonly admin: AdminCalls;
  syncAll(): Promise<{ readonly added: number; readonly updated: number; readonly failed: number }>;
  logIn(username: string, password: string): Promise<TokenAnswer>;
}

const providerType = 'org.keycloak.storage.UserStorageProvider';
const mapperType = 'org.keycloak.storage.ldap.mappers.LDAPStorageMapper';

/** Makes a realm, the federation with the same settings for every server, and the client that logins are made at. */
export async function createBenchRealm(
  keycloak: KeycloakServer,
  { name, port, account }: BenchServer,
): Promise<BenchRealm> {
  const realm = `bench-${name}`;
  const admin = createAdminCalls(keycloak, realm);
  await admin.post('/', { realm, enabled: true });
  const { id: realmId } = await admin.get<{ id: string }>('');
  await admin.post('groups', { name: federation.groupsParent });
  const parentId = toComponentId(realmId, federation.name);
  const provider = {
    ...toProviderConfig({ ...federation, connectionUrl: `ldap://127.0.0.1:${port}` }),
    ...{ bindDn: account.dn, bindCredential: account.password },
  };
  const names = { id: parentId, name: federation.name, providerId: 'ldap', providerType, parentId: realmId };
  await admin.post('components', { ...names, config: toLists(provider) });
  const made = await admin.get<{ id: string }[]>(`components?parent=${parentId}&type=${mapperType}`);
  for (const { id } of made) await admin.remove(`components/${id}`);
  for (const { name: mapper, properties } of toLdapMappers(federation)) {
    const { type: providerId, ...config } = properties;
    await admin.post('components', {
      ...{ name: mapper, providerId, providerType: mapperType, parentId },
      config: toLists(config),
    });
  }
  await admin.post('clients', { clientId: probeClient, publicClient: true, directAccessGrantsEnabled: true });
  return {
    admin,
    syncAll: () => admin.send(`user-storage/${parentId}/sync?action=triggerFullSync`),
    logIn: (username, password) =>
      askForTokens(`${keycloak.url}/realms/${realm}`, { grant_type: 'password', username, password }),
  };
}

const federation: FederationSettings = {
  name: 'bench',
  connectionUrl: '',
  startTls: false,
  bindAccount: 'bench',
  baseDn: base,
  fullSyncSeconds: 0,
  changedSyncSeconds: 0,
  batchSize: 500,
  cacheSeconds: 300,
  removeMissing: false,
  groupsParent: 'icewarp',
  clients: [],
  composites: [],
};

function toLists(config: Config): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, [value]]));
}
