import type { KeptNumber } from '../core/numeric-ids.ts';
import type { KeptNumbers } from '../core/ports/kept-numbers.ts';
import { saveRows } from './bound-writes.ts';
import type { Database } from './database.ts';

/** Numbers by the entry's UUID. */
export function createKeptNumbers(database: Database): KeptNumbers {
  const table = database.tables.keptNumbers;
  return {
    async list() {
      const rows = await database.run(() => table.findAll({ raw: true, order: ['id'] }));
      return rows as unknown as KeptNumber[];
    },
    async add(numbers) {
      if (numbers.length === 0) return;
      const rows = numbers.map(({ id, number }) => ({ id, number }));
      await database.write((transaction) => saveRows(table, rows, transaction));
    },
  };
}
