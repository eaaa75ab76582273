import { DomainError } from '../sidecar/core/errors.ts';
import type { Secret } from '../sidecar/core/secret.ts';

/** How to log in at Keycloak. */
export interface KeycloakLogin {
  /** Address of the server, path included where it has one. */
  readonly url: string;
  /** The realm that the client belongs to. */
  readonly loginRealm: string;
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  /** A person's login in place of the client's own. */
  readonly person?: { readonly username: string; readonly password: Secret } | undefined;
  /** PEM text of the only authorities that the server's certificate may be signed by. */
  readonly ca: string | undefined;
}

/** How Keycloak reads our users over LDAP. */
export interface FederationSettings {
  /** Of the provider in Keycloak, unique in the realm. */
  readonly name: string;
  /** As Keycloak reaches us; several are divided by blanks. */
  readonly connectionUrl: string;
  readonly startTls: boolean;
  /** Our service account that Keycloak binds with. */
  readonly bindAccount: string;
  readonly baseDn: string;
  readonly fullSyncSeconds: number;
  readonly changedSyncSeconds: number;
  readonly batchSize: number;
  readonly cacheSeconds: number;
  /** Whether Keycloak deletes users and groups that it no longer finds here. */
  readonly removeMissing: boolean;
  /** Name of the top-level group that ours hang below. */
  readonly groupsParent: string;
  /** Clients whose client roles are filled with privileges and roles. */
  readonly clients: readonly string[];
  /** Realm roles that include others. */
  readonly composites: readonly Composite[];
}

export interface Composite {
  readonly role: string;
  readonly includes: string;
}

/** How Keycloak sends browsers to our login. */
export interface BrokeringSettings {
  readonly alias: string;
  /** Our issuer, without a slash at its end. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface KeycloakSettings {
  readonly login: KeycloakLogin;
  readonly realm: string;
  readonly federation: FederationSettings | undefined;
  readonly brokering: BrokeringSettings | undefined;
}

/** Roles that a group's members would administer the realm by. */
const administrativeClients = ['realm-management', 'broker', 'security-admin-console', 'admin-cli'];

/** Throws `invalid_input` with every fault at once. */
export function checkKeycloakSettings({ realm, login, federation, brokering }: KeycloakSettings): void {
  const faults: string[] = [];
  if (realm === 'master')
    faults.push(
      'keycloak.realm is master, where a role named admin rules the whole server; name a realm of its own for users',
    );
  if (login.clientSecret === undefined)
    faults.push('keycloak.clientSecret is missing; set SIDECAR_KEYCLOAK_CLIENT_SECRET_FILE, or run keycloak bootstrap');
  if (federation === undefined && brokering === undefined)
    faults.push('neither keycloak.federation.enabled nor keycloak.brokering.enabled is on; set one of them');
  if (federation !== undefined) faults.push(...listFederationFaults(federation));
  if (faults.length > 0) throw new DomainError('invalid_input', faults.join('\n'));
}

function listFederationFaults(federation: FederationSettings): string[] {
  const faults = federation.clients
    .filter((client) => administrativeClients.includes(client))
    .map(
      (client) => `keycloak.clients names ${client}: whoever edits mapping files would rule the realm; leave it out`,
    );
  const circular = new Set(
    federation.composites.map(({ role }) => role).filter((role) => includesItself(role, federation)),
  );
  for (const role of circular)
    faults.push(`keycloak.federation.composites: ${role} includes itself; remove one of the lines that lead there`);
  if (federation.startTls && federation.connectionUrl.includes('ldaps://'))
    faults.push(
      'keycloak.federation.startTls is on beside an address with ldaps://, which is encrypted already; use one of them',
    );
  return faults;
}

function includesItself(start: string, { composites }: FederationSettings): boolean {
  const reached = new Set<string>();
  const open = [start];
  for (let role = open.pop(); role !== undefined; role = open.pop()) {
    const next = composites.filter((each) => each.role === role).map(({ includes }) => includes);
    open.push(...next.filter((name) => !reached.has(name)));
    for (const name of next) reached.add(name);
  }
  return reached.has(start);
}
