import { DomainError } from '../sidecar/core/errors.ts';
import type { KeycloakConnection } from './keycloak-connection.ts';
import { ldapMapperType, ldapProviderType } from './keycloak-reads.ts';
import {
  type ComponentInput,
  type IdentityProvider,
  type IdentityProviderMapper,
  type RealmWriter,
  roleMark,
} from './realm-admin.ts';

type Writes = Omit<RealmWriter, 'createLoginFlow' | 'replaceLoginSteps' | 'deleteLoginFlow'>;

const attributes = { [roleMark.name]: [roleMark.value] };

/** Changes a realm, one call after the other. */
export function createRealmWriter({ client, call }: KeycloakConnection): Writes {
  const { components, groups, roles, identityProviders } = client;
  return {
    async createComponent(component) {
      const { id, name, providerType } = component;
      await call(`make ${name}`, () => components.create(toPayload(component)));
      if (providerType !== ldapProviderType) return;
      const automatic = await call(`read the mappers of ${name}`, () =>
        components.find({ parent: id, type: ldapMapperType }),
      );
      for (const { id: mapper } of automatic) {
        if (mapper !== undefined) await call(`clear the mappers of ${name}`, () => components.del({ id: mapper }));
      }
    },
    async updateComponent(component) {
      const { id, name } = component;
      await call(`change ${name}`, () => components.update({ id }, toPayload(component)));
    },
    async deleteComponent(id) {
      await call('delete a component', () => components.del({ id }));
    },
    async createTopGroup(name) {
      await call(`make the group ${name}`, () => groups.create({ name, attributes }));
    },
    async createSubgroup(id, name) {
      await call(`make the group ${name}`, () => groups.createChildGroup({ id }, { name, attributes }));
    },
    async deleteGroup(id) {
      await call('delete a group', () => groups.del({ id }));
    },
    async createRole(name, description) {
      await call(`make the role ${name}`, () => roles.create({ name, description, attributes }));
    },
    async describeRole(name, description) {
      await call(`change the role ${name}`, () => roles.updateByName({ name }, { name, description, attributes }));
    },
    async setIncludedRoles(name, includes) {
      const what = `change what the role ${name} includes`;
      const role = await call(what, () => roles.findOneByName({ name }));
      const id = role?.id ?? '';
      const present = await call(what, () => roles.getCompositeRolesForRealm({ id }));
      const former = present.filter((each) => !includes.includes(each.name ?? ''));
      if (former.length > 0) await call(what, () => roles.delCompositeRoles({ id }, former.map(toMapping)));
      const missing = includes.filter((each) => !present.some((other) => other.name === each));
      const added: ReturnType<typeof toMapping>[] = [];
      for (const each of missing) {
        const found = await call(what, () => roles.findOneByName({ name: each }));
        if (!found?.id) throw new DomainError('not_found', `${name} cannot include ${each}: there is no such role`);
        added.push(toMapping(found));
      }
      if (added.length > 0) await call(what, () => roles.createComposite({ roleId: id }, added));
    },
    async deleteRole(name) {
      await call(`delete the role ${name}`, () => roles.delByName({ name }));
    },
    async createIdentityProvider(provider) {
      const what = `make the identity provider ${provider.alias}`;
      await call(what, () => identityProviders.create(toProviderPayload(provider)));
    },
    async updateIdentityProvider(provider) {
      const { alias } = provider;
      const what = `change the identity provider ${alias}`;
      const present = await call(what, () => identityProviders.findOne({ alias }));
      const { config, ...rest } = toProviderPayload(provider);
      const whole = { ...present, ...rest, config: { ...present?.config, ...config } };
      await call(what, () => identityProviders.update({ alias }, whole));
    },
    async deleteIdentityProvider(alias) {
      await call(`delete the identity provider ${alias}`, () => identityProviders.del({ alias }));
    },
    async createIdentityProviderMapper(alias, mapper) {
      const payload = { alias, identityProviderMapper: toMapperPayload(alias, mapper) };
      await call(`make the mapper ${mapper.name}`, () => identityProviders.createMapper(payload));
    },
    async updateIdentityProviderMapper(alias, mapper) {
      const payload = { ...toMapperPayload(alias, mapper), id: mapper.id };
      await call(`change the mapper ${mapper.name}`, () =>
        identityProviders.updateMapper({ alias, id: mapper.id }, payload),
      );
    },
    async deleteIdentityProviderMapper(alias, id) {
      await call('delete a mapper', () => identityProviders.delMapper({ alias, id }));
    },
  };
}

function toPayload({ config, ...rest }: ComponentInput) {
  return { ...rest, config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, [value]])) };
}

function toMapping({ id, name }: { id?: string; name?: string }) {
  return { id: id ?? '', name: name ?? '' };
}

function toMapperPayload(identityProviderAlias: string, { name, type, config }: IdentityProviderMapper) {
  return { name, identityProviderAlias, identityProviderMapper: type, config: { ...config } };
}

function toProviderPayload({ alias, properties }: IdentityProvider) {
  const config: Record<string, string> = {};
  const rest: Record<string, string | boolean> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('config.')) config[key.slice('config.'.length)] = value;
    else rest[key] = value === 'true' || value === 'false' ? value === 'true' : value;
  }
  return { ...rest, alias, config };
}
