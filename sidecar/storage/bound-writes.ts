import { QueryTypes, type Transaction } from 'sequelize';
import type { Table } from './tables.ts';

/** A row to write: attribute name → value. */
export type Row = Readonly<Record<string, string | number | boolean | Date | null>>;

/**
 * Parameters per statement. SQLite finds a parameter by walking the list of their names, so the time per statement grows with the
 * square of this number; both products would take ten times as many.
 */
const parametersPerStatement = 300;

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
  for (const batch of batchesOf(values, parametersPerStatement)) {
    const list = batch.map((_, index) => `$${index + 1}`).join(', ');
    await run(table, `DELETE FROM ${quote(table.tableName)} WHERE ${quote(field)} IN (${list})`, [...batch], {
      type: QueryTypes.BULKDELETE,
      transaction,
    });
  }
}

async function writeRows(
  table: Table,
  rows: readonly Row[],
  onConflict: string,
  transaction: Transaction,
): Promise<void> {
  const quote = quoterOf(table);
  const columns = columnsOf(table);
  const head = `INSERT INTO ${quote(table.tableName)} (${columns.map((column) => quote(column.field)).join(', ')}) VALUES `;
  for (const batch of batchesOf(rows, Math.floor(parametersPerStatement / columns.length))) {
    const values: unknown[] = [];
    const tuples = batch.map((row) => {
      const places = columns.map((column) => `$${values.push(toBound(row[column.attribute] ?? null))}`);
      return `(${places.join(', ')})`;
    });
    await run(table, head + tuples.join(', ') + onConflict, values, { type: QueryTypes.INSERT, transaction });
  }
}

async function run(
  table: Table,
  statement: string,
  bind: unknown[],
  options: { readonly type: QueryTypes; readonly transaction: Transaction },
): Promise<void> {
  await table.sequelize?.query(statement, { ...options, bind });
}

interface Column {
  readonly attribute: string;
  readonly field: string;
  readonly key: boolean;
}

/** The columns that a row gives a value; the database numbers rows by itself. */
function columnsOf(table: Table): Column[] {
  return Object.entries(table.getAttributes())
    .filter(([, column]) => column.autoIncrement !== true)
    .map(([attribute, column]) => ({ attribute, field: column.field ?? attribute, key: column.primaryKey === true }));
}

function quoterOf(table: Table): (identifier: string) => string {
  const schema = table.sequelize?.getQueryInterface();
  if (schema === undefined) throw new TypeError(`${table.name} belongs to no database`);
  return (identifier) => schema.quoteIdentifier(identifier);
}

/** A time is written as Sequelize writes it, so that SQLite sorts it and its models can read it. */
function toBound(value: string | number | boolean | Date | null): string | number | boolean | null {
  return value instanceof Date ? value.toISOString().replace('T', ' ').replace('Z', ' +00:00') : value;
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
