import type { Secret } from '../sidecar/core/secret.ts';

/** Config of components and identity providers, one text a key. */
export type Config = Readonly<Record<string, string>>;

export interface Realm {
  /** Parent of its components; not its name. */
  readonly id: string;
}

/** An LDAP provider or one of its mappers. Of repeated values the first counts. */
export interface Component {
  readonly id: string;
  readonly name: string;
  readonly providerId: string;
  readonly parentId: string;
  readonly config: Config;
}

export type ComponentInput = Component & { readonly providerType: string };

export interface RealmRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Who made it: see `roleMark`. */
  readonly mark: string | undefined;
  /** Names of the realm roles that it includes. */
  readonly includes: readonly string[];
}

export interface RealmGroup {
  readonly id: string;
  readonly name: string;
  /** Who made it: see `roleMark`. */
  readonly mark: string | undefined;
}

export interface IdentityProvider {
  readonly alias: string;
  /** Everything else, `config` by `config.` and its key. */
  readonly properties: Config;
}

export interface IdentityProviderMapper {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly config: Config;
}

/** A login flow with its steps in order. */
export interface LoginFlow {
  readonly id: string;
  readonly alias: string;
  readonly description: string;
  readonly steps: readonly LoginStep[];
}

export interface LoginStep {
  readonly authenticator: string;
  readonly requirement: string;
}

/** What Keycloak is to try against an LDAP server. */
export interface LdapTrial {
  readonly connectionUrl: string;
  readonly startTls: boolean;
  readonly bindDn: string;
  /** Undefined: the one that the component has. */
  readonly secret: Secret | undefined;
  readonly componentId: string | undefined;
}

export type LdapTrialAnswer =
  | { readonly kind: 'accepted' }
  /** Keycloak's own word, such as `AuthenticationFailure` or `UnknownHost`. */
  | { readonly kind: 'failed'; readonly code: string };

/** What a synchronisation says of itself. All zeros are no proof that it reached anything. */
export interface SyncCounts {
  /** Another run was under way and this one did not begin. */
  readonly ignored: boolean;
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly failed: number;
  readonly status: string;
}

export interface KeycloakUser {
  readonly id: string;
  readonly username: string;
  readonly email: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly enabled: boolean;
  /** entryUUID of the entry that it came from. */
  readonly ldapId: string | undefined;
  /** Id of the LDAP provider that it came from. */
  readonly federationLink: string | undefined;
}

/** Looks at a realm. */
export interface RealmReader {
  /** Rights of our login in the realm; undefined when its token does not tell them. */
  listRights(): Promise<ReadonlySet<string> | undefined>;
  /** Rejects with `not_found` when there is no such realm. */
  readRealm(): Promise<Realm>;
  listLdapProviders(): Promise<readonly Component[]>;
  listMappers(providerId: string): Promise<readonly Component[]>;
  findTopGroup(name: string): Promise<RealmGroup | undefined>;
  listSubgroups(parentId: string): Promise<readonly RealmGroup[]>;
  /** All realm roles. */
  listRoles(): Promise<readonly RealmRole[]>;
  hasClient(clientId: string): Promise<boolean>;
  findLoginFlow(alias: string): Promise<LoginFlow | undefined>;
  findIdentityProvider(alias: string): Promise<IdentityProvider | undefined>;
  listIdentityProviderMappers(alias: string): Promise<readonly IdentityProviderMapper[]>;
  /** Addresses of an OpenID provider, read by Keycloak itself. Rejects with `upstream_unavailable` when it cannot. */
  discoverProvider(url: string): Promise<Config>;
  tryLdapConnection(trial: LdapTrial): Promise<LdapTrialAnswer>;
  tryLdapLogin(trial: LdapTrial): Promise<LdapTrialAnswer>;
  /** OIDs that the server's root DSE announces, as Keycloak reads them. */
  readLdapExtensions(trial: LdapTrial): Promise<readonly string[]>;
}

/** Changes a realm. */
export interface RealmWriter {
  /** For a provider: without the mappers that Keycloak adds by itself. */
  createComponent(component: ComponentInput): Promise<void>;
  /** Keys that are not there stay as they are. */
  updateComponent(component: ComponentInput): Promise<void>;
  deleteComponent(id: string): Promise<void>;
  createTopGroup(name: string): Promise<void>;
  createSubgroup(parentId: string, name: string): Promise<void>;
  deleteGroup(id: string): Promise<void>;
  createRole(name: string, description: string): Promise<void>;
  describeRole(name: string, description: string): Promise<void>;
  setIncludedRoles(name: string, includes: readonly string[]): Promise<void>;
  deleteRole(name: string): Promise<void>;
  createLoginFlow(alias: string, description: string, steps: readonly LoginStep[]): Promise<void>;
  /** Gives a flow other steps. */
  replaceLoginSteps(flow: LoginFlow, steps: readonly LoginStep[]): Promise<void>;
  deleteLoginFlow(id: string): Promise<void>;
  createIdentityProvider(provider: IdentityProvider): Promise<void>;
  updateIdentityProvider(provider: IdentityProvider): Promise<void>;
  deleteIdentityProvider(alias: string): Promise<void>;
  createIdentityProviderMapper(alias: string, mapper: IdentityProviderMapper): Promise<void>;
  updateIdentityProviderMapper(alias: string, mapper: IdentityProviderMapper): Promise<void>;
  deleteIdentityProviderMapper(alias: string, id: string): Promise<void>;
}

/** Keeps the users of a realm in step. */
export interface RealmUsers {
  syncUsers(providerId: string, kind: 'full' | 'changed'): Promise<SyncCounts>;
  /** A group or role mapper, from LDAP to Keycloak. */
  syncMapper(providerId: string, mapperId: string): Promise<SyncCounts>;
  /** Users of a realm in pages. Keycloak asks LDAP for it, once more for each user, and imports those that it did not have. */
  listUsers(first: number, max: number): Promise<readonly KeycloakUser[]>;
  /** Undefined when there is none of that name. */
  findUser(username: string): Promise<KeycloakUser | undefined>;
  /** Those that were imported or made so far: LDAP is not asked. */
  countUsers(): Promise<number>;
  deleteUser(id: string): Promise<void>;
  endSessions(userId: string): Promise<void>;
}

/**
 * The few operations on one realm that we need. Rejects with `invalid_credentials` when Keycloak refuses our login, `forbidden` when a right
 * is missing, `not_found` when what a call names is not there (where it is not answered with undefined), `conflict`, `invalid_input` with
 * Keycloak's own words, and `upstream_unavailable` when no usable answer came.
 */
export interface RealmAdmin extends RealmReader, RealmWriter, RealmUsers {
  close(): Promise<void>;
}

/** Attribute by which we know roles and groups that we made. */
export const roleMark = { name: 'icewarp-sidecar', value: 'made' } as const;
