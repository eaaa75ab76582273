import { toComponentId } from './component-ids.ts';
import type { ActualItem, DesiredItem } from './items.ts';
import { autoLinkFlow, fingerprintProperty, formatSteps } from './realm/broker.ts';
import { type Component, type RealmReader, roleMark } from './realm-admin.ts';

/** Names by which our things are found. */
export interface OwnNames {
  readonly groupsParent: string;
  readonly provider: string;
  /** Undefined: identity providers are none of our business, and we may have no right to see them. */
  readonly alias: string | undefined;
}

/** What is in the realm of the kinds that we make, ours or not. */
export interface ActualRealm {
  readonly realmId: string;
  readonly items: readonly ActualItem[];
  /** All LDAP providers, those of others too. */
  readonly providers: readonly Component[];
}

/** Looks at everything in a realm that is or might become ours. Rejects as the reader does. */
export async function readActual(reader: RealmReader, names: OwnNames): Promise<ActualRealm> {
  const { id: realmId } = await reader.readRealm();
  const providers = await reader.listLdapProviders();
  const items: ActualItem[] = [...(await readGroups(reader, names.groupsParent))];
  for (const role of await reader.listRoles()) {
    const { id, name, description, includes, mark } = role;
    const properties = { description, ...(includes.length === 0 ? {} : { includes: includes.join(', ') }) };
    items.push({ kind: 'role', name, id, properties, isOurs: mark === roleMark.value });
  }
  for (const provider of providers) {
    const { id, name, config } = provider;
    const isOurs = id === toComponentId(realmId, name);
    items.push({ kind: 'LDAP provider', name, id, properties: config, isOurs });
    if (isOurs && name === names.provider) items.push(...(await reader.listMappers(id)).map(toMapperItem));
  }
  const flow = await reader.findLoginFlow(autoLinkFlow);
  if (flow !== undefined) {
    const properties = { steps: formatSteps(flow.steps) };
    items.push({ kind: 'login flow', name: autoLinkFlow, id: flow.id, properties, isOurs: true });
  }
  if (names.alias !== undefined) items.push(...(await readIdentityProvider(reader, names.alias)));
  return { realmId, items, providers };
}

async function readGroups(reader: RealmReader, parent: string): Promise<readonly ActualItem[]> {
  const top = await reader.findTopGroup(parent);
  if (top === undefined) return [];
  const toItem = ({ id, mark }: typeof top, name: string): ActualItem => {
    return { kind: 'group', name, id, properties: {}, isOurs: mark === roleMark.value };
  };
  const below = await reader.listSubgroups(top.id);
  return [toItem(top, `/${parent}`), ...below.map((group) => toItem(group, `/${parent}/${group.name}`))];
}

async function readIdentityProvider(reader: RealmReader, alias: string): Promise<readonly ActualItem[]> {
  const provider = await reader.findIdentityProvider(alias);
  if (provider === undefined) return [];
  const { properties } = provider;
  const isOurs = properties[fingerprintProperty] !== undefined;
  const mappers = isOurs ? await reader.listIdentityProviderMappers(alias) : [];
  return [
    { kind: 'identity provider', name: alias, id: alias, properties, isOurs },
    ...mappers.map(({ id, name, type, config }): ActualItem => {
      const kind = 'identity provider mapper';
      return { kind, name, id, properties: { type, ...config }, isOurs: false };
    }),
  ];
}

/** Mappers go with their provider, so none of them has to be taken away by itself. */
function toMapperItem({ id, name, providerId, config }: Component): ActualItem {
  return { kind: 'LDAP mapper', name, id, properties: { type: providerId, ...config }, isOurs: false };
}

/** Items of a kind that are there more than once under a name that is wanted. */
export function listDoubles(desired: readonly DesiredItem[], actual: readonly ActualItem[]): readonly ActualItem[][] {
  return desired
    .map(({ kind, name }) => actual.filter((item) => item.kind === kind && item.name === name))
    .filter(({ length }) => length > 1);
}
