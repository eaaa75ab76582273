import { QueryTypes, type Transaction } from 'sequelize';
import { Umzug } from 'umzug';
import { DomainError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { Connection } from './connection.ts';
import { migrationTable } from './migration-table.ts';
import type { Migration } from './migrations/migration.ts';

interface Context {
  readonly transaction: Transaction;
}

/**
 * Brings the tables of `connection` to the newest step of `migrations`: all pending steps or none, and once when several programs
 * start together. Rejects with `unsupported` when the database was made by a newer version of this program.
 */
export async function migrateUp(connection: Connection, migrations: readonly Migration[], log: Log): Promise<void> {
  const applied = await connection.run(() => readApplied(connection));
  refuseUnknown(applied, migrations, connection.name);
  if (applied.length === migrations.length) return;
  await connection.write(async (transaction) => {
    refuseUnknown(await readApplied(connection, transaction), migrations, connection.name);
    await createUmzug(connection, migrations, transaction, log).up();
  });
}

/** Undoes steps from the newest back to and including `name`. */
export async function migrateDown(
  connection: Connection,
  migrations: readonly Migration[],
  name: string,
  log: Log,
): Promise<void> {
  await connection.write(async (transaction) => {
    await createUmzug(connection, migrations, transaction, log).down({ to: name });
  });
}

function createUmzug(
  connection: Connection,
  migrations: readonly Migration[],
  transaction: Transaction,
  log: Log,
): Umzug<Context> {
  const schema = connection.sequelize.getQueryInterface();
  const logStep = (fields: Record<string, unknown>) =>
    log.info('database migration', { ...fields, database: connection.name });
  return new Umzug<Context>({
    context: { transaction },
    migrations: migrations.map((migration) => ({
      name: migration.name,
      up: ({ context }) => migration.up(schema, context.transaction),
      down: ({ context }) => migration.down(schema, context.transaction),
    })),
    // Umzug's own storage for Sequelize writes outside the transaction.
    storage: {
      executed: ({ context }) => readApplied(connection, context.transaction),
      logMigration: async ({ name, context }) => {
        await schema.bulkInsert(migrationTable, [{ name }], { transaction: context.transaction });
      },
      unlogMigration: async ({ name, context }) => {
        await schema.bulkDelete(migrationTable, { name }, { transaction: context.transaction });
      },
    },
    logger: { debug: logStep, info: logStep, warn: logStep, error: logStep },
  });
}

async function readApplied(connection: Connection, transaction?: Transaction): Promise<string[]> {
  const table = connection.sequelize.getQueryInterface().quoteIdentifier(migrationTable);
  const rows = await connection.sequelize.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name`, {
    type: QueryTypes.SELECT,
    transaction: transaction ?? null,
  });
  return rows.map((row) => row.name);
}

function refuseUnknown(applied: readonly string[], migrations: readonly Migration[], database: string): void {
  const unknown = applied.find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown === undefined) return;
  throw new DomainError(
    'unsupported',
    `the database ${database} was made by a newer version of this program (migration ${unknown} is unknown); install that version or restore a backup`,
  );
}
