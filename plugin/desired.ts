import { toArchiveRight } from '../sidecar/core/mapping/privileges.ts';
import type { Mapping } from '../sidecar/core/mapping/rules.ts';
import { plainPrivileges } from '../sidecar/core/mapping/rules.ts';
import type { DesiredItem } from './items.ts';
import { toBrokerMappers, toIdentityProvider, toLoginFlow } from './realm/broker.ts';
import { toLdapMappers } from './realm/ldap-mappers.ts';
import { toProviderConfig } from './realm/ldap-provider.ts';
import { toRoles } from './realm/roles.ts';
import type { Config } from './realm-admin.ts';
import type { KeycloakSettings } from './settings.ts';

/** What the realm is to be made from, beside the settings. */
export interface DesiredFacts {
  readonly realmId: string;
  readonly mapping: Mapping;
  /** Addresses of our groups. */
  readonly groups: readonly string[];
  /** What Keycloak read from our discovery document; empty without brokering. */
  readonly discovery: Config;
  /** Whether the service account's secret has to be told to Keycloak (anew). */
  readonly sendsBindSecret: boolean;
  /** The service account is one of the configuration: its secret is not ours to make. */
  readonly isAccountConfigured: boolean;
}

/** Parent of our groups where nobody federates users. */
export const defaultGroupsParent = 'icewarp';

/** The realm as it should be: every item that is ours, in the order in which they are made. Pure. */
export function planDesired(settings: KeycloakSettings, facts: DesiredFacts): readonly DesiredItem[] {
  const { federation, brokering } = settings;
  const { mapping, groups, discovery, realmId, sendsBindSecret: isSent, isAccountConfigured } = facts;
  const parent = federation?.groupsParent ?? defaultGroupsParent;
  const roles = toRoles(mapping, federation?.composites ?? []);
  const items: DesiredItem[] = [];
  if (federation !== undefined && !isAccountConfigured) {
    const secret = { property: 'secret', isSent };
    items.push({ kind: 'service account', name: federation.bindAccount, properties: {}, secret });
  }
  items.push({ kind: 'group', name: `/${parent}`, properties: {} });
  // Over LDAP Keycloak makes the groups below by itself.
  if (federation === undefined)
    items.push(...groups.map((name): DesiredItem => ({ kind: 'group', name: `/${parent}/${name}`, properties: {} })));
  items.push(...roles);
  if (federation !== undefined) {
    const secret = { property: 'bindCredential', isSent };
    items.push({ kind: 'LDAP provider', name: federation.name, properties: toProviderConfig(federation), secret });
    items.push(...toLdapMappers(federation));
  }
  if (brokering !== undefined) {
    const links = federation !== undefined;
    if (links) items.push(toLoginFlow());
    items.push(toIdentityProvider(brokering, discovery, { links, realmId }));
    // A federated user has groups and roles already, and READ_ONLY ones cannot be taken away at a login.
    if (!links) items.push(...toBrokerMappers(groups, parent, roles.map(toRoleClaim)));
  }
  return items;
}

/** Which claim of ours tells a role: see the scopes `roles` and `archive`. */
function toRoleClaim({ name }: DesiredItem): { readonly name: string; readonly claim: string } {
  if (toArchiveRight(name) !== undefined) return { name, claim: 'archives' };
  return { name, claim: plainPrivileges.some((each) => each === name) ? 'privileges' : 'roles' };
}
