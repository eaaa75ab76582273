import { DomainError } from '../sidecar/core/errors.ts';
import type { Secret } from '../sidecar/core/secret.ts';
import type { BootstrapAdmin, BootstrapClient } from './bootstrap.ts';
import { connectKeycloak } from './keycloak-connection.ts';
import type { KeycloakLogin } from './settings.ts';

/** {@link BootstrapAdmin} over the admin REST API, with an administrator's login. */
export function createBootstrapAdmin(login: KeycloakLogin, realm: string): BootstrapAdmin {
  const connection = connectKeycloak(login, realm);
  const { client: keycloak, call } = connection;
  const findUserOf = async ({ id }: BootstrapClient) => {
    const user = await call('read the service account', () => keycloak.clients.getServiceAccountUser({ id }));
    return requireId(user, 'the service account');
  };
  const findRights = async () => {
    const query = { clientId: 'realm-management' };
    const found = await call('look for the rights of the realm', () => keycloak.clients.find(query));
    return requireId(found[0], 'the client realm-management');
  };
  return {
    async hasRealm() {
      const found = await call(`read the realm ${realm}`, () => keycloak.realms.findOne({ realm }));
      return found !== undefined && found !== null;
    },
    async createRealm() {
      const options = { enabled: true, registrationAllowed: false, loginWithEmailAllowed: true };
      await call(`make the realm ${realm}`, () => keycloak.realms.create({ realm, ...options }));
    },
    async findClient(clientId) {
      const found = await call(`look for the client ${clientId}`, () => keycloak.clients.find({ clientId }));
      const client = found.find((each) => each.clientId === clientId);
      return client?.id === undefined
        ? undefined
        : { id: client.id, isServiceAccount: client.serviceAccountsEnabled === true };
    },
    async createClient(clientId, secret) {
      const payload = {
        clientId,
        name: 'IceWarp sidecar',
        description: 'Sets the realm up for IceWarp users and keeps it so',
        protocol: 'openid-connect',
        publicClient: false,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        secret: secret.reveal(),
      };
      const { id } = await call(`make the client ${clientId}`, () => keycloak.clients.create(payload));
      return { id, isServiceAccount: true };
    },
    async setClientSecret({ id }: BootstrapClient, secret: Secret) {
      await call('change the secret of the client', async () => {
        const present = await keycloak.clients.findOne({ id });
        await keycloak.clients.update({ id }, { ...present, secret: secret.reveal() });
      });
    },
    async listGrantedRights(client) {
      const [id, clientUniqueId] = [await findUserOf(client), await findRights()];
      const roles = await call('read the rights of the client', () =>
        keycloak.users.listClientRoleMappings({ id, clientUniqueId }),
      );
      return roles.map(({ name }) => name ?? '');
    },
    async grantRights(client, names) {
      const [id, clientUniqueId] = [await findUserOf(client), await findRights()];
      const known = await call('read the rights of the realm', () =>
        keycloak.clients.listRoles({ id: clientUniqueId }),
      );
      const roles = names.map((name) => {
        const found = known.find((role) => role.name === name);
        return { id: requireId(found, `the right ${name}`), name };
      });
      await call('give rights to the client', () =>
        keycloak.users.addClientRoleMappings({ id, clientUniqueId, roles }),
      );
    },
    close: () => connection.close(),
  };
}

function requireId(found: { readonly id?: string | undefined } | undefined, what: string): string {
  if (found?.id !== undefined) return found.id;
  throw new DomainError('not_found', `${what} is not in the realm; was it changed by hand?`);
}
