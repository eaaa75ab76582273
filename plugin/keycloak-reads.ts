import { z } from 'zod';
import { DomainError } from '../sidecar/core/errors.ts';
import type { KeycloakConnection } from './keycloak-connection.ts';
import { type Component, type Config, type RealmReader, type RealmRole, roleMark } from './realm-admin.ts';

export const ldapProviderType = 'org.keycloak.storage.UserStorageProvider';
export const ldapMapperType = 'org.keycloak.storage.ldap.mappers.LDAPStorageMapper';
/** More of one kind is not ours to look through. */
const mostListed = 10_000;

const componentSchema = z.object({
  ...{ id: z.string(), name: z.string(), providerId: z.string(), parentId: z.string() },
  config: z.record(z.string(), z.array(z.string().nullable())).default({}),
});
const attributesSchema = z.record(z.string(), z.array(z.string())).default({});
const roleSchema = z.object({
  ...{ id: z.string(), name: z.string(), composite: z.boolean().default(false) },
  description: z.string().nullish(),
  attributes: attributesSchema,
});
const groupSchema = z.object({ id: z.string(), name: z.string(), attributes: attributesSchema });
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const providerSchema = z.looseObject({ alias: z.string(), config: z.record(z.string(), scalar).default({}) });
const providerMapperSchema = z.object({
  ...{ id: z.string(), name: z.string(), identityProviderMapper: z.string() },
  config: z.record(z.string(), scalar.nullable()).default({}),
});

type Reads = Omit<RealmReader, 'tryLdapConnection' | 'tryLdapLogin' | 'readLdapExtensions' | 'findLoginFlow'>;

/** Looks at a realm; replies are checked before anything believes them. */
export function createRealmReader(connection: KeycloakConnection, realm: string): Reads {
  const { client, call } = connection;
  const readRoles = async () => {
    const found: z.infer<typeof roleSchema>[] = [];
    for (;;) {
      const page = await call('list the realm roles', () =>
        client.roles.find({ first: found.length, max: 500, briefRepresentation: false }),
      );
      found.push(...parseReply(z.array(roleSchema), page, 'roles'));
      if (page.length < 500 || found.length >= mostListed) return found;
    }
  };
  const toRole = async ({ composite, description, attributes, ...role }: z.infer<typeof roleSchema>) => {
    const included = composite
      ? await call(`read the role ${role.name}`, () => client.roles.getCompositeRolesForRealm({ id: role.id }))
      : [];
    const includes = included.map(({ name }) => name ?? '').sort();
    const { id, name } = role;
    return { id, name, description: description ?? '', mark: attributes[roleMark.name]?.[0], includes };
  };
  const listComponents = async (what: string, query: { parent: string; type: string }) => {
    const found = await call(`read the ${what}`, () => client.components.find(query));
    return parseReply(z.array(componentSchema), found, what).map(toComponent);
  };
  const readRealm = async () => {
    const found = await call(`read the realm ${realm}`, () => client.realms.findOne({ realm }));
    if (found === undefined || found === null)
      throw new DomainError('not_found', `there is no realm ${realm} in Keycloak at ${connection.url}`);
    // Without the right to see it Keycloak still tells the name of a realm.
    return found.id === undefined ? undefined : { id: found.id };
  };
  return {
    async listRights() {
      const claims = await connection.readClaims();
      const access = z
        .object({ resource_access: z.record(z.string(), z.object({ roles: z.array(z.string()) })) })
        .safeParse(claims);
      if (!access.success) return undefined;
      const { resource_access: clients } = access.data;
      return new Set([...(clients['realm-management']?.roles ?? []), ...(clients[`${realm}-realm`]?.roles ?? [])]);
    },
    async readRealm() {
      const found = await readRealm();
      if (found !== undefined) return found;
      throw new DomainError('forbidden', `our login may not read the realm ${realm}: the right view-realm is missing`);
    },
    async listLdapProviders() {
      const parent = (await readRealm())?.id ?? realm;
      const found = await listComponents('user federation', { parent, type: ldapProviderType });
      return found.filter(({ providerId }) => providerId === 'ldap');
    },
    listMappers: (parent) => listComponents('LDAP mappers', { parent, type: ldapMapperType }),
    async findTopGroup(name) {
      const query = { search: name, exact: true, max: 100, briefRepresentation: false };
      const found = await call(`look for the group ${name}`, () => client.groups.find(query));
      return parseReply(z.array(groupSchema), found, 'groups')
        .map(toGroup)
        .find((group) => group.name === name);
    },
    async listSubgroups(parentId) {
      const query = { parentId, max: mostListed, briefRepresentation: false };
      const found = await call('list our groups', () => client.groups.listSubGroups(query));
      return parseReply(z.array(groupSchema), found, 'groups').map(toGroup);
    },
    async listRoles() {
      const roles: RealmRole[] = [];
      for (const role of await readRoles()) roles.push(await toRole(role));
      return roles;
    },
    async hasClient(clientId) {
      const found = await call(`look for the client ${clientId}`, () => client.clients.find({ clientId }));
      return found.some((each) => each.clientId === clientId);
    },
    async findIdentityProvider(alias) {
      const found = await call(`read the identity provider ${alias}`, () =>
        client.identityProviders.findOne({ alias }),
      );
      if (found === undefined || found === null) return undefined;
      const { config, ...rest } = parseReply(providerSchema, found, 'identity provider');
      const flat = Object.entries(rest).filter(([, value]) => scalar.safeParse(value).success);
      const inner = Object.entries(config).map(([key, value]) => [`config.${key}`, value] as const);
      return { alias, properties: toTexts(Object.fromEntries([...flat, ...inner])) };
    },
    async listIdentityProviderMappers(alias) {
      const found = await call('read its mappers', () => client.identityProviders.findMappers({ alias }));
      return parseReply(z.array(providerMapperSchema), found, 'identity provider mappers').map((mapper) => {
        const { id, name, identityProviderMapper: type, config } = mapper;
        return { id, name, type, config: toTexts(config) };
      });
    },
    async discoverProvider(fromUrl) {
      const payload = { providerId: 'oidc', fromUrl };
      const found = await call(`read ${fromUrl} itself`, () => client.identityProviders.importFromUrl(payload));
      return toTexts(parseReply(z.record(z.string(), z.unknown()), found, 'discovery document'));
    },
  };
}

/** Throws `upstream_unavailable` when a reply is not what Keycloak 26 answers. */
export function parseReply<T>(schema: z.ZodType<T>, reply: unknown, what: string): T {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new DomainError(
    'upstream_unavailable',
    `Keycloak's answer about ${what} is not understood (${place}: ${issue?.message}); is it a version from 26.0?`,
  );
}

function toComponent({ config, ...rest }: z.infer<typeof componentSchema>): Component {
  const texts = Object.entries(config).map(([key, values]) => [key, values[0] ?? ''] as const);
  return { ...rest, config: Object.fromEntries(texts) };
}

function toGroup({ id, name, attributes }: z.infer<typeof groupSchema>) {
  return { id, name, mark: attributes[roleMark.name]?.[0] };
}

function toTexts(values: Readonly<Record<string, unknown>>): Config {
  const texts = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(texts.map(([key, value]) => [key, String(value)]));
}
