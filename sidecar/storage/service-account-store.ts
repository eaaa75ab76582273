import { DomainError } from '../core/errors.ts';
import type { ServiceAccountStore } from '../core/ports/service-account-store.ts';
import { type StoredServiceAccount, toServiceAccountKey } from '../core/service-accounts.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';

interface AccountRow {
  readonly name: string;
  readonly secretId: string;
  readonly digest: string;
  readonly keyCheck: string;
  readonly createdAt: StoredDate;
  readonly rotatedAt: StoredDate;
}

/** Service accounts in the database. */
export function createServiceAccountStore(database: Database): ServiceAccountStore {
  const table = database.tables.serviceAccounts;
  return {
    async list() {
      const rows = await database.run(() => table.findAll({ raw: true, order: ['key'] }));
      return (rows as unknown as AccountRow[]).map(toAccount);
    },
    async add(account) {
      await database.write(async (transaction) => {
        const key = toServiceAccountKey(account.name);
        // The only writer: nobody adds it in between.
        if ((await table.findByPk(key, { raw: true, transaction })) !== null) throw taken(account.name);
        await insertRows(table, [{ key, ...account }], transaction);
      });
    },
    async replace(account) {
      await database.write(async (transaction) => {
        const key = toServiceAccountKey(account.name);
        if ((await table.destroy({ where: { key }, transaction })) === 0) throw unknown(account.name);
        await insertRows(table, [{ key, ...account }], transaction);
      });
    },
    async remove(name) {
      await database.write(async (transaction) => {
        const removed = await table.destroy({ where: { key: toServiceAccountKey(name) }, transaction });
        if (removed === 0) throw unknown(name);
      });
    },
  };
}

function toAccount({ name, secretId, digest, keyCheck, createdAt, rotatedAt }: AccountRow): StoredServiceAccount {
  return { name, secretId, digest, keyCheck, createdAt: toDate(createdAt), rotatedAt: toDate(rotatedAt) };
}

function taken(name: string): DomainError {
  return new DomainError(
    'conflict',
    `there is a service account ${JSON.stringify(name)} already; choose another name, or give it a new secret: service-accounts rotate ${name}`,
  );
}

function unknown(name: string): DomainError {
  return new DomainError(
    'not_found',
    `there is no service account ${JSON.stringify(name)} in the database; see: service-accounts list`,
  );
}
