import { connectKeycloak } from './keycloak-connection.ts';
import { createFlowCalls } from './keycloak-flows.ts';
import { createLdapTrials } from './keycloak-ldap-trials.ts';
import { createRealmReader } from './keycloak-reads.ts';
import { createRealmUsers } from './keycloak-users.ts';
import { createRealmWriter } from './keycloak-writes.ts';
import type { RealmAdmin } from './realm-admin.ts';
import type { KeycloakLogin } from './settings.ts';

/** {@link RealmAdmin} over the admin REST API of Keycloak 26. Nothing is sent before the first call. */
export function createKeycloakClient(login: KeycloakLogin, realm: string): RealmAdmin {
  const connection = connectKeycloak(login, realm);
  return {
    ...createRealmReader(connection, realm),
    ...createLdapTrials(connection, realm),
    ...createFlowCalls(connection),
    ...createRealmWriter(connection),
    ...createRealmUsers(connection),
    close: () => connection.close(),
  };
}
