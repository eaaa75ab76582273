import { DomainError } from '../core/errors.ts';
import { checkOidcClient } from '../core/oidc-clients/check-client.ts';
import type { OidcClientInput } from '../core/oidc-clients/client.ts';
import type { OidcClientStore, StoredOidcClient } from '../core/ports/oidc-client-store.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';

interface ClientRow {
  readonly id: string;
  readonly definition: string;
  readonly secretId: string | null;
  readonly digest: string | null;
  readonly keyCheck: string | null;
  readonly createdAt: StoredDate;
  readonly rotatedAt: StoredDate;
}

/** OIDC clients in the database. */
export function createOidcClientStore(database: Database): OidcClientStore {
  const table = database.tables.oidcClients;
  return {
    async list() {
      const rows = await database.run(() => table.findAll({ raw: true, order: ['id'] }));
      return (rows as unknown as ClientRow[]).map(toStored);
    },
    async add(client) {
      await database.write(async (transaction) => {
        const { id } = client.client;
        if ((await table.findByPk(id, { raw: true, transaction })) !== null) {
          throw new DomainError(
            'conflict',
            `there is a client ${JSON.stringify(id)} already; choose another id, or give it a new secret: clients rotate ${id}`,
          );
        }
        await insertRows(table, [toRow(client)], transaction);
      });
    },
    async replace(client) {
      await database.write(async (transaction) => {
        const { id } = client.client;
        if ((await table.destroy({ where: { id }, transaction })) === 0) throw unknown(id);
        await insertRows(table, [toRow(client)], transaction);
      });
    },
    async remove(id) {
      await database.write(async (transaction) => {
        if ((await table.destroy({ where: { id }, transaction })) === 0) throw unknown(id);
      });
    },
  };
}

function toRow({ client, secret, createdAt, rotatedAt }: StoredOidcClient) {
  return {
    ...{ id: client.id, definition: JSON.stringify(client), createdAt, rotatedAt },
    ...{ secretId: secret?.id ?? null, digest: secret?.digest ?? null, keyCheck: secret?.keyCheck ?? null },
  };
}

function toStored({ id, definition, secretId, digest, keyCheck, createdAt, rotatedAt }: ClientRow): StoredOidcClient {
  // What an older version took may be refused by now.
  const checked = checkOidcClient(JSON.parse(definition) as OidcClientInput);
  if (checked.faults !== undefined) {
    const [first] = checked.faults;
    throw new DomainError(
      'invalid_input',
      `the client ${JSON.stringify(id)} in the database cannot be used: ${first?.property} ${first?.fault}; remove it: clients remove ${id}`,
    );
  }
  const secret =
    secretId === null || digest === null || keyCheck === null ? undefined : { id: secretId, digest, keyCheck };
  return { client: checked.client, secret, createdAt: toDate(createdAt), rotatedAt: toDate(rotatedAt) };
}

function unknown(id: string): DomainError {
  return new DomainError('not_found', `there is no client ${JSON.stringify(id)} in the database; see: clients list`);
}
