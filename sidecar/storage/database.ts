import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import { migrateUp } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import { defineTables, type Tables } from './tables.ts';

/** An open database whose tables are those of this version. */
export interface Database extends Connection {
  readonly tables: Tables;
}

/**
 * Opens the database that `url` names, makes it (folder 700, file 600) where it is missing and brings its tables up to date.
 * Rejects with a `DomainError` that names the path and the remedy: `invalid_input` (a wrong URL, not a database, another
 * program's), `unsupported` (made by a newer version), `upstream_unavailable` (no permission, locked, full, damaged).
 */
export async function openDatabase(options: ConnectionOptions): Promise<Database> {
  const connection = await openConnection(options);
  try {
    await migrateUp(connection, migrations, options.log);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { ...connection, tables: defineTables(connection.sequelize) };
}
