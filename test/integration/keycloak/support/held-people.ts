import type { Directory } from '../../../../sidecar/core/model.ts';
import type { AdminCalls, RealmUser } from './admin-calls.ts';

/** What a person is in a directory, as far as both sides tell it. */
export interface HeldPerson {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly enabled: boolean;
  /** Sorted. */
  readonly groups: readonly string[];
  /** Privileges and roles, sorted. */
  readonly roles: readonly string[];
}

/** Everybody by user name: made from what is stored, as Keycloak should show it. */
export function toHeldPeople({ users, groups }: Directory): ReadonlyMap<string, HeldPerson> {
  const nameOf = (id: string) => groups.get(id)?.name ?? id;
  return new Map(
    [...users.values()].map((user) => {
      const person = {
        id: user.id,
        email: (user.addresses[0] ?? '').toLowerCase(),
        // Keycloak cuts blanks off both ends.
        firstName: user.givenName.trim(),
        // A person in LDAP has a surname, in IceWarp perhaps not.
        lastName: (user.surname || user.displayName).trim(),
        enabled: user.state === 'enabled',
        groups: user.memberships.map(({ groupId }) => nameOf(groupId)).sort(),
        roles: [...user.privileges, ...user.roles].sort(),
      };
      return [user.login.toLowerCase(), person];
    }),
  );
}

/** Everybody by user name: as the realm shows them, each with their groups and roles asked for. */
export async function readRealmPeople(admin: AdminCalls): Promise<ReadonlyMap<string, HeldPerson>> {
  const users = await admin.get<RealmUser[]>('users?max=10000&briefRepresentation=false');
  const people = new Map<string, HeldPerson>();
  const queue = [...users];
  const drain = async () => {
    for (let user = queue.shift(); user !== undefined; user = queue.shift())
      people.set(user.username, await readPerson(admin, user));
  };
  await Promise.all([drain(), drain(), drain(), drain()]);
  return people;
}

async function readPerson(admin: AdminCalls, user: RealmUser): Promise<HeldPerson> {
  const groups = await admin.get<{ path: string }[]>(`users/${user.id}/groups?max=1000`);
  const roles = await admin.get<{ name: string }[]>(`users/${user.id}/role-mappings/realm`);
  return {
    id: user.attributes?.LDAP_ENTRY_DN === undefined ? '' : (user.attributes.LDAP_ID?.[0] ?? ''),
    email: user.email ?? '',
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    enabled: user.enabled,
    groups: groups.map(({ path }) => path.replace(/^\/icewarp\//, '')).sort(),
    roles: roles
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('default-roles-'))
      .sort(),
  };
}
