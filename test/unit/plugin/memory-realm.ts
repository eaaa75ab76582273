import type {
  Component,
  IdentityProvider,
  IdentityProviderMapper,
  LdapTrial,
  LdapTrialAnswer,
  LoginFlow,
  RealmAdmin,
  RealmGroup,
  RealmRole,
} from '../../../plugin/realm-admin.ts';
import { roleMark } from '../../../plugin/realm-admin.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';

const mask = '**********';
const noCounts = { ignored: false, added: 0, updated: 0, removed: 0, failed: 0, status: '' };

/** A realm in memory that behaves as Keycloak does where it matters: merged updates, masked secrets, names that are not unique. */
export interface MemoryRealm extends RealmAdmin {
  rights: Set<string> | undefined;
  clients: Set<string>;
  readonly components: Component[];
  readonly roles: RealmRole[];
  readonly groups: (RealmGroup & { readonly parent: string | undefined })[];
  readonly flows: LoginFlow[];
  readonly providers: IdentityProvider[];
  readonly providerMappers: IdentityProviderMapper[];
  /** Secrets that the LDAP service takes. */
  readonly goodSecrets: Set<string>;
  reachable: LdapTrialAnswer;
  discovery: Readonly<Record<string, string>> | undefined;
  /** Calls that change something, by name; one in `failing` is refused. */
  readonly log: string[];
  failing: string | undefined;
  readonly secrets: Map<string, string>;
}

export function createMemoryRealm(realmId = 'realm-1'): MemoryRealm {
  let nextId = 0;
  const newId = () => {
    nextId += 1;
    return `id-${nextId}`;
  };
  const write = (call: string) => {
    if (realm.failing !== undefined && call.startsWith(realm.failing))
      throw new DomainError('upstream_unavailable', `${call} failed`);
    realm.log.push(call);
  };
  const drop = <T>(list: T[], isGone: (item: T) => boolean) => {
    const kept = list.filter((item) => !isGone(item));
    if (kept.length === list.length) throw new DomainError('not_found', 'it is not there');
    list.splice(0, list.length, ...kept);
  };
  const replace = <T>(list: T[], isIt: (item: T) => boolean, change: (item: T) => T) => {
    const index = list.findIndex(isIt);
    const found = list[index];
    if (found === undefined) throw new DomainError('not_found', 'it is not there');
    list[index] = change(found);
  };
  const store = (id: string, config: Readonly<Record<string, string>>, secretKey: string) => {
    const { [secretKey]: secret, ...rest } = config;
    if (secret === undefined) return config;
    if (secret !== mask) realm.secrets.set(id, secret);
    return { ...rest, [secretKey]: mask };
  };
  const login = ({ secret, componentId }: LdapTrial): LdapTrialAnswer => {
    const text = secret?.reveal() ?? realm.secrets.get(componentId ?? '') ?? '';
    return realm.goodSecrets.has(text) ? { kind: 'accepted' } : { kind: 'failed', code: 'AuthenticationFailure' };
  };
  const realm: MemoryRealm = {
    rights: new Set(['realm-admin']),
    clients: new Set(['archive']),
    ...{ components: [], roles: [], groups: [], flows: [], providers: [], providerMappers: [] },
    ...{ goodSecrets: new Set(), reachable: { kind: 'accepted' }, log: [], failing: undefined, secrets: new Map() },
    discovery: { issuer: 'https://sso.example.com/oidc', tokenUrl: 'https://sso.example.com/oidc/token' },
    listRights: async () => realm.rights,
    readRealm: async () => ({ id: realmId }),
    listLdapProviders: async () => realm.components.filter(({ parentId }) => parentId === realmId),
    listMappers: async (parent) => realm.components.filter(({ parentId }) => parentId === parent),
    findTopGroup: async (name) => realm.groups.find((group) => group.name === name && group.parent === undefined),
    listSubgroups: async (parent) => realm.groups.filter((group) => group.parent === parent),
    listRoles: async () => realm.roles,
    hasClient: async (clientId) => realm.clients.has(clientId),
    findLoginFlow: async (alias) => realm.flows.find((flow) => flow.alias === alias),
    findIdentityProvider: async (alias) => realm.providers.find((provider) => provider.alias === alias),
    listIdentityProviderMappers: async () => realm.providerMappers,
    async discoverProvider() {
      if (realm.discovery === undefined) throw new DomainError('upstream_unavailable', 'no route');
      return realm.discovery;
    },
    tryLdapConnection: async () => realm.reachable,
    tryLdapLogin: async (trial) => (realm.reachable.kind === 'failed' ? realm.reachable : login(trial)),
    readLdapExtensions: async () => [],
    async createComponent({ providerType: _, ...component }) {
      write(`create ${component.name}`);
      realm.components.push({ ...component, config: store(component.id, component.config, 'bindCredential') });
    },
    async updateComponent({ id, name, config }) {
      write(`update ${name}`);
      const merged = store(id, config, 'bindCredential');
      replace(
        realm.components,
        (item) => item.id === id,
        (item) => ({ ...item, config: { ...item.config, ...merged } }),
      );
    },
    async deleteComponent(id) {
      write(`delete component ${id}`);
      drop(realm.components, (item) => item.id === id || item.parentId === id);
    },
    async createTopGroup(name) {
      write(`create group ${name}`);
      realm.groups.push({ id: newId(), name, mark: roleMark.value, parent: undefined });
    },
    async createSubgroup(parent, name) {
      write(`create group ${name}`);
      realm.groups.push({ id: newId(), name, mark: roleMark.value, parent });
    },
    async deleteGroup(id) {
      write(`delete group ${id}`);
      drop(realm.groups, (group) => group.id === id || group.parent === id);
    },
    async createRole(name, description) {
      write(`create role ${name}`);
      realm.roles.push({ id: newId(), name, description, mark: roleMark.value, includes: [] });
    },
    async describeRole(name, description) {
      write(`describe role ${name}`);
      replace(
        realm.roles,
        (role) => role.name === name,
        (role) => ({ ...role, description }),
      );
    },
    async setIncludedRoles(name, includes) {
      write(`include in ${name}`);
      for (const each of includes)
        if (!realm.roles.some((role) => role.name === each)) throw new DomainError('not_found', `no role ${each}`);
      replace(
        realm.roles,
        (role) => role.name === name,
        (role) => ({ ...role, includes }),
      );
    },
    async deleteRole(name) {
      write(`delete role ${name}`);
      drop(realm.roles, (role) => role.name === name);
    },
    async createLoginFlow(alias, description, steps) {
      write(`create flow ${alias}`);
      realm.flows.push({ id: newId(), alias, description, steps });
    },
    async replaceLoginSteps({ id, alias }, steps) {
      write(`update flow ${alias}`);
      replace(
        realm.flows,
        (flow) => flow.id === id,
        (flow) => ({ ...flow, steps }),
      );
    },
    async deleteLoginFlow(id) {
      write(`delete flow ${id}`);
      const used = realm.providers.map(({ properties }) => properties.firstBrokerLoginFlowAlias);
      if (realm.flows.some((flow) => flow.id === id && used.includes(flow.alias)))
        throw new DomainError('upstream_unavailable', 'the flow is in use');
      drop(realm.flows, (flow) => flow.id === id);
    },
    async createIdentityProvider({ alias, properties }) {
      write(`create identity provider ${alias}`);
      realm.providers.push({ alias, properties: store(alias, properties, 'config.clientSecret') });
    },
    async updateIdentityProvider({ alias, properties }) {
      write(`update identity provider ${alias}`);
      const merged = store(alias, properties, 'config.clientSecret');
      replace(
        realm.providers,
        (item) => item.alias === alias,
        (item) => ({ alias, properties: { ...item.properties, ...merged } }),
      );
    },
    async deleteIdentityProvider(alias) {
      write(`delete identity provider ${alias}`);
      drop(realm.providers, (item) => item.alias === alias);
      realm.providerMappers.length = 0;
    },
    async createIdentityProviderMapper(_, mapper) {
      write(`create mapper ${mapper.name}`);
      realm.providerMappers.push({ ...mapper, id: newId() });
    },
    async updateIdentityProviderMapper(_, mapper) {
      write(`update mapper ${mapper.name}`);
      replace(
        realm.providerMappers,
        (item) => item.id === mapper.id,
        () => mapper,
      );
    },
    async deleteIdentityProviderMapper(alias, id) {
      if (!realm.providers.some((item) => item.alias === alias)) throw new DomainError('not_found', `no ${alias}`);
      write(`delete mapper ${id}`);
      drop(realm.providerMappers, (item) => item.id === id);
    },
    syncUsers: async () => noCounts,
    syncMapper: async () => noCounts,
    listUsers: async () => [],
    findUser: async () => undefined,
    countUsers: async () => 0,
    deleteUser: async () => {},
    endSessions: async () => {},
    close: async () => {},
  };
  return realm;
}
