import { Op, type Transaction } from 'sequelize';
import type { RunRecord } from '../core/ports/directory-store.ts';
import { insertRows } from './bound-writes.ts';
import { type RunRow, toRunRecord, toRunRow } from './rows.ts';
import type { Table } from './tables.ts';

/** Records kept: five weeks of a run every five minutes. */
export const keptRuns = 10_000;

/** Adds a record and drops those that are too old. `generation` is what the run committed, if it did. */
export async function addRun(
  table: Table,
  run: RunRecord,
  generation: number | null,
  transaction: Transaction,
): Promise<void> {
  await insertRows(table, [toRunRow(run, generation)], transaction);
  const newest: unknown = await table.max('number', { transaction });
  await table.destroy({ where: { number: { [Op.lte]: Number(newest) - keptRuns } }, transaction });
}

/** The latest records in the order in which they were added, newest first. */
export async function readLastRuns(table: Table, count: number): Promise<readonly RunRecord[]> {
  const limit = Math.min(Math.max(Math.trunc(count), 0), keptRuns);
  if (limit === 0) return [];
  const rows = await table.findAll({ raw: true, order: [['number', 'DESC']], limit });
  return (rows as unknown as RunRow[]).map(toRunRecord);
}
