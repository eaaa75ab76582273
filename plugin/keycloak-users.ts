import { z } from 'zod';
import type { KeycloakConnection } from './keycloak-connection.ts';
import { parseReply } from './keycloak-reads.ts';
import type { KeycloakUser, RealmUsers, SyncCounts } from './realm-admin.ts';

const count = z.number().default(0);
const countsSchema = z.object({
  ...{ ignored: z.boolean().default(false), status: z.string().default('') },
  ...{ added: count, updated: count, removed: count, failed: count },
});
const userSchema = z.object({
  ...{ id: z.string(), username: z.string(), enabled: z.boolean().default(true) },
  ...{ email: z.string().nullish(), firstName: z.string().nullish(), lastName: z.string().nullish() },
  federationLink: z.string().nullish(),
  attributes: z.record(z.string(), z.array(z.string())).default({}),
});

/** Users of a realm and what keeps them in step. */
export function createRealmUsers({ client, slowClient, call }: KeycloakConnection): RealmUsers {
  return {
    async syncUsers(id, kind) {
      const action = kind === 'full' ? 'triggerFullSync' : 'triggerChangedUsersSync';
      const counts = await call('synchronise its users', () => slowClient.userStorageProvider.sync({ id, action }));
      return toCounts(counts);
    },
    async syncMapper(parentId, id) {
      const query = { parentId, id, direction: 'fedToKeycloak' as const };
      return toCounts(await call('synchronise a mapper', () => slowClient.userStorageProvider.mappersSync(query)));
    },
    async listUsers(first, max) {
      const query = { first, max, briefRepresentation: false };
      return toUsers(await call('list its users', () => slowClient.users.find(query)));
    },
    async findUser(username) {
      const found = await call(`look for ${username}`, () => client.users.find({ username, exact: true }));
      return toUsers(found).find((user) => user.username === username.toLowerCase());
    },
    countUsers: () => call('count its users', () => client.users.count()),
    async deleteUser(id) {
      await call('delete a user', () => client.users.del({ id }));
    },
    async endSessions(id) {
      await call('end the sessions of a user', () => client.users.logout({ id }));
    },
  };
}

function toCounts(reply: unknown): SyncCounts {
  return parseReply(countsSchema, reply, 'a synchronisation');
}

function toUsers(reply: unknown): KeycloakUser[] {
  return parseReply(z.array(userSchema), reply, 'users').map((user) => {
    const { id, username, enabled, attributes } = user;
    return {
      ...{ id, username, enabled, ldapId: attributes.LDAP_ID?.[0] },
      ...{ email: user.email ?? undefined, firstName: user.firstName ?? undefined },
      ...{ lastName: user.lastName ?? undefined, federationLink: user.federationLink ?? undefined },
    };
  });
}
