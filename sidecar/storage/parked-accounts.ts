import type { ParkedAccount, ParkedAccounts } from '../core/ports/parked-accounts.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';
import { checkParked } from './storable.ts';

interface ParkedRow {
  readonly address: string;
  readonly reason: string;
  readonly attempts: number;
  readonly nextTryAt: StoredDate;
}

/** Accounts that are left alone, in the order given. `replace` rejects with `invalid_input` for values that no database keeps unchanged. */
export function createParkedAccounts(database: Database): ParkedAccounts {
  const table = database.tables.parkedAccounts;
  return {
    async list(sourceId) {
      const rows = await database.run(() => table.findAll({ raw: true, where: { sourceId }, order: ['position'] }));
      return (rows as unknown as ParkedRow[]).map(
        ({ address, reason, attempts, nextTryAt }): ParkedAccount => ({
          address,
          reason,
          attempts,
          nextTryAt: toDate(nextTryAt),
        }),
      );
    },
    async replace(sourceId, accounts) {
      accounts.forEach(checkParked);
      await database.write(async (transaction) => {
        await table.destroy({ where: { sourceId }, transaction });
        const rows = accounts.map(({ address, reason, attempts, nextTryAt }, position) => {
          return { sourceId, position, address, reason, attempts, nextTryAt };
        });
        await insertRows(table, rows, transaction);
      });
    },
  };
}
