import type { BootstrapAdmin } from '../plugin/bootstrap.ts';
import { createBootstrapAdmin } from '../plugin/keycloak-bootstrap.ts';
import { createKeycloakClient } from '../plugin/keycloak-client.ts';
import type { RealmAdmin } from '../plugin/realm-admin.ts';
import type { BrokeringSettings, FederationSettings, KeycloakLogin, KeycloakSettings } from '../plugin/settings.ts';
import { readTextFile } from './config/bounded-file.ts';
import type { Settings } from './config/settings.ts';
import { DomainError } from './core/errors.ts';

const maxCaBytes = 1024 * 1024;

/** Settings of the plugin out of ours; undefined without `keycloak.url`. Throws `invalid_input` when some are missing. */
export function toKeycloakSettings(settings: Settings): KeycloakSettings | undefined {
  const { url, realm, clientId, clientSecret, caFile, federation, brokering } = settings.keycloak;
  if (url === undefined) return undefined;
  return {
    login: { url, loginRealm: realm, clientId, clientSecret, ca: readCa(caFile) },
    realm,
    federation: federation.enabled ? toFederation(settings) : undefined,
    brokering: brokering.enabled ? toBrokering(settings) : undefined,
  };
}

/** The realm that settings name, as our client sees it. Nothing is sent yet. */
export function openRealm({ login, realm }: KeycloakSettings): RealmAdmin {
  return createKeycloakClient(login, realm);
}

/** The same as the administrator of `keycloak.admin` sees it. Throws `invalid_input` when that login is not whole. */
export function openBootstrapRealm(settings: Settings, { realm, login }: KeycloakSettings): BootstrapAdmin {
  const { realm: loginRealm, clientId, clientSecret, username, password } = settings.keycloak.admin;
  if (username === undefined && clientSecret === undefined)
    throw new DomainError(
      'invalid_input',
      'whose login makes the client? Set keycloak.admin.username and SIDECAR_KEYCLOAK_ADMIN_PASSWORD_FILE',
    );
  if (username !== undefined && password === undefined)
    throw new DomainError(
      'invalid_input',
      'keycloak.admin.password is missing; set SIDECAR_KEYCLOAK_ADMIN_PASSWORD_FILE',
    );
  const person = username === undefined || password === undefined ? undefined : { username, password };
  const administrator: KeycloakLogin = { url: login.url, ca: login.ca, loginRealm, clientId, clientSecret, person };
  return createBootstrapAdmin(administrator, realm);
}

function toFederation({ keycloak, ldap }: Settings): FederationSettings {
  const { enabled: _, connectionUrl, composites, ...rest } = keycloak.federation;
  return {
    ...rest,
    connectionUrl: connectionUrl ?? toOwnUrl(ldap),
    baseDn: ldap.baseDn,
    clients: keycloak.clients,
    composites: composites.map((text) => {
      const [role = '', includes = ''] = text.split('>');
      return { role, includes };
    }),
  };
}

function toOwnUrl({ host, port }: Settings['ldap']): string {
  if (port === 0 || ['0.0.0.0', '::'].includes(host))
    throw new DomainError(
      'invalid_input',
      'keycloak.federation.connectionUrl is missing; write the address that Keycloak reaches our LDAP service by, such as ldaps://ldap.example.com:636',
    );
  return `ldap://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toBrokering({ keycloak }: Settings): BrokeringSettings {
  const { alias, issuer, clientId, clientSecret } = keycloak.brokering;
  if (issuer === undefined)
    throw new DomainError(
      'invalid_input',
      'keycloak.brokering.issuer is missing; write it like https://sso.example.com/oidc',
    );
  if (clientSecret === undefined)
    throw new DomainError(
      'invalid_input',
      'keycloak.brokering.clientSecret is missing; make a client here for Keycloak and set SIDECAR_KEYCLOAK_BROKERING_CLIENT_SECRET_FILE',
    );
  return { alias, issuer, clientId, clientSecret };
}

function readCa(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const read = readTextFile(file, maxCaBytes);
  if ('fault' in read) throw new DomainError('invalid_input', `keycloak.caFile: ${read.fault}`);
  return read.text;
}
