import type { KeycloakSettings } from './settings.ts';

/** A right in a realm, and what we need it for. */
export interface NeededRight {
  readonly name: string;
  readonly purpose: string;
}

/** The least rights that settings need: client roles of `realm-management`. */
export function listNeededRights({ federation, brokering }: Pick<KeycloakSettings, 'federation' | 'brokering'>) {
  const rights: NeededRight[] = [
    { name: 'manage-realm', purpose: 'read and change components, roles and login flows' },
    { name: 'manage-users', purpose: 'make groups, synchronise users, end sessions' },
  ];
  if ((federation?.clients.length ?? 0) > 0)
    rights.push({ name: 'view-clients', purpose: 'find the clients of keycloak.clients' });
  if (brokering !== undefined)
    rights.push({ name: 'manage-identity-providers', purpose: 'change the identity provider' });
  return rights;
}

/** Rights that are needed and not there. What contains others counts for them. */
export function listMissingRights(needed: readonly NeededRight[], rights: ReadonlySet<string>): readonly NeededRight[] {
  if (rights.has('realm-admin')) return [];
  const has = (name: string) =>
    rights.has(name) || (name.startsWith('view-') && rights.has(name.replace('view', 'manage')));
  return needed.filter(({ name }) => !has(name));
}
