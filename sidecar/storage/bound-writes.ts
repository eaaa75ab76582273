import { Op, QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { arrayRows, jsonRows, type Row, type RowSource, rowsPerStatement, type WrittenColumn } from './row-sources.ts';
import type { Table } from './tables.ts';

/**
 * Inserts rows, many per statement. Values travel as bound parameters: Sequelize's own bulk insert writes them into the statement,
 * and its SQLite part then takes some texts in there (a description that reads `PRAGMA INDEX_LIST`) for commands.
 */
export async function insertRows(table: Table, rows: readonly Row[], transaction: Transaction): Promise<void> {
  await writeRows(table, rows, '', transaction);
}

/** Inserts rows, or replaces the ones with the same key without touching what refers to them. */
export async function saveRows(table: Table, rows: readonly Row[], transaction: Transaction): Promise<void> {
  const quote = quoterOf(table);
  const columns = columnsOf(table);
  const key = columns.filter((column) => column.key).map((column) => quote(column.field));
  const rest = columns.filter((column) => !column.key).map((column) => quote(column.field));
  const assignments = rest.map((field) => `${field} = excluded.${field}`).join(', ');
  await writeRows(table, rows, ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments}`, transaction);
}

/** Deletes the rows whose `attribute` is one of `values`. */
export async function deleteRows(
  table: Table,
  attribute: string,
  values: readonly string[],
  transaction: Transaction,
): Promise<void> {
  const quote = quoterOf(table);
  const field = columnsOf(table).find((column) => column.attribute === attribute)?.field;
  if (field === undefined) throw new TypeError(`${table.tableName} has no attribute ${attribute}`);
  const head = `DELETE FROM ${quote(table.tableName)} WHERE ${quote(field)} `;
  for (const batch of batchesOf(values)) {
    const { sql, bind } = sourceFor(table).toChoice(batch);
    await databaseOf(table).query(head + sql, { type: QueryTypes.BULKDELETE, transaction, bind: [...bind] });
  }
}

/** Deletes the rows whose `attribute` is a number up to `last`. */
export async function deleteRowsUpTo(
  table: Table,
  attribute: string,
  last: number,
  transaction: Transaction,
): Promise<void> {
  await table.destroy({ where: { [attribute]: { [Op.lte]: last } }, transaction });
}

async function writeRows(
  table: Table,
  rows: readonly Row[],
  onConflict: string,
  transaction: Transaction,
): Promise<void> {
  const quote = quoterOf(table);
  const columns = columnsOf(table);
  const head = `INSERT INTO ${quote(table.tableName)} (${columns.map((column) => quote(column.field)).join(', ')}) `;
  for (const batch of batchesOf(rows)) {
    const { sql, bind } = sourceFor(table).toRows(columns, batch);
    await databaseOf(table).query(head + sql + onConflict, { type: QueryTypes.INSERT, transaction, bind: [...bind] });
  }
}

/** The columns that a row gives a value; the database numbers rows by itself. */
function columnsOf(table: Table): WrittenColumn[] {
  return Object.entries(table.getAttributes())
    .filter(([, column]) => column.autoIncrement !== true)
    .map(([attribute, column]) => ({
      attribute,
      field: column.field ?? attribute,
      key: column.primaryKey === true,
      type: typeof column.type === 'string' ? column.type : column.type.key,
    }));
}

/** How the database of a table takes many values. */
export function sourceFor(table: Table): RowSource {
  return databaseOf(table).getDialect() === 'postgres' ? arrayRows : jsonRows;
}

function databaseOf(table: Table): Sequelize {
  if (table.sequelize === undefined) throw new TypeError(`${table.name} belongs to no database`);
  return table.sequelize;
}

function quoterOf(table: Table): (identifier: string) => string {
  const schema = databaseOf(table).getQueryInterface();
  return (identifier) => schema.quoteIdentifier(identifier);
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    yield items.slice(start, start + rowsPerStatement);
  }
}
