import type { DesiredItem } from '../items.ts';
import type { Config } from '../realm-admin.ts';
import type { FederationSettings } from '../settings.ts';
import { unitDn } from './ldap-provider.ts';

/** Mappers of this name or beginning are ours: those with another one are left alone. */
const ownPrefix = 'icewarp ';

/** Whether a mapper that we do not want any more was once made by us. */
export function isOwnMapper(name: string): boolean {
  return name.startsWith(ownPrefix);
}

/** All mappers of the LDAP provider. The user name comes first: others lean on it. */
export function toLdapMappers(federation: FederationSettings): readonly DesiredItem[] {
  const { baseDn, groupsParent, clients, removeMissing } = federation;
  const privileges = unitDn('privileges', baseDn);
  const roles = unitDn('roles', baseDn);
  return [
    attributeMapper('username', 'username', 'uid', { 'is.mandatory.in.ldap': 'true' }),
    attributeMapper('first name', 'firstName', 'givenName'),
    attributeMapper('last name', 'lastName', 'sn'),
    attributeMapper('email', 'email', 'mail'),
    attributeMapper('creation date', 'createTimestamp', 'createTimestamp', { 'always.read.value.from.ldap': 'true' }),
    attributeMapper('modify date', 'modifyTimestamp', 'modifyTimestamp', { 'always.read.value.from.ldap': 'true' }),
    // Read at every load: the flag decides whether the person may log in.
    attributeMapper(`${ownPrefix}enabled`, 'enabled', 'accountEnabled', { 'always.read.value.from.ldap': 'true' }),
    mapper(`${ownPrefix}groups`, 'group-ldap-mapper', {
      'groups.dn': unitDn('groups', baseDn),
      'group.name.ldap.attribute': 'cn',
      'group.object.classes': 'groupOfNames',
      'preserve.group.inheritance': 'false',
      'ignore.missing.groups': 'false',
      'mapped.group.attributes': 'description',
      'drop.non.existing.groups.during.sync': String(removeMissing),
      'groups.path': `/${groupsParent}`,
      'user.roles.retrieve.strategy': 'GET_GROUPS_FROM_USER_MEMBEROF_ATTRIBUTE',
      ...membership,
    }),
    roleMapper('privileges', privileges),
    roleMapper('roles', roles),
    ...clients.flatMap((client) => [
      roleMapper(`privileges of ${client}`, privileges, client),
      roleMapper(`roles of ${client}`, roles, client),
    ]),
  ];
}

const membership: Config = {
  mode: 'READ_ONLY',
  'membership.ldap.attribute': 'member',
  'membership.attribute.type': 'DN',
  'membership.user.ldap.attribute': 'uid',
  'memberof.ldap.attribute': 'memberOf',
};

function roleMapper(name: string, dn: string, client?: string): DesiredItem {
  return mapper(`${ownPrefix}${name}`, 'role-ldap-mapper', {
    'roles.dn': dn,
    'role.name.ldap.attribute': 'cn',
    'role.object.classes': 'groupOfNames',
    // Keycloak's checks and its runtime read an absent one differently.
    'use.realm.roles.mapping': String(client === undefined),
    ...(client === undefined ? {} : { 'client.id': client }),
    'user.roles.retrieve.strategy': 'GET_ROLES_FROM_USER_MEMBEROF_ATTRIBUTE',
    ...membership,
  });
}

function attributeMapper(name: string, model: string, ldap: string, more: Config = {}): DesiredItem {
  return mapper(name, 'user-attribute-ldap-mapper', {
    'user.model.attribute': model,
    'ldap.attribute': ldap,
    'read.only': 'true',
    'always.read.value.from.ldap': 'false',
    'is.mandatory.in.ldap': 'false',
    ...more,
  });
}

function mapper(name: string, providerId: string, config: Config): DesiredItem {
  return { kind: 'LDAP mapper', name, properties: { type: providerId, ...config } };
}
