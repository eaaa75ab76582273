import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import { migrateUp } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import { defineTables, type Tables } from './tables.ts';

/** An open database whose tables are those of this version. */
export interface Database extends Connection {
  readonly tables: Tables;
  /**
   * The database of expiring state: this one, or on SQLite a file beside it (made at first use), so that nobody waits for a commit.
   * Rejects as `openDatabase`. Closed with this one.
   */
  openState(): Promise<Connection>;
}

/**
 * Opens the database that `url` names and brings its tables up to date; a SQLite file is made (folder 700, file 600) where it is
 * missing. Rejects with a `DomainError` that names the path or address and the remedy: `invalid_input` (a wrong URL, not a database,
 * another program's), `unsupported` (made by a newer version), `upstream_unavailable` (not reached, no permission, locked, full, damaged).
 */
export async function openDatabase(options: ConnectionOptions): Promise<Database> {
  const connection = await openConnection(options);
  const { stateUrl } = connection.dialect;
  const own = migrations.filter(({ part }) => part === 'directory' || stateUrl === undefined);
  await migrateOrClose(connection, own, options);
  let state: Promise<Connection> | undefined;

  async function openStateFile(url: string): Promise<Connection> {
    const opened = await openConnection({ ...options, url });
    const stateSteps = migrations.filter(({ part }) => part === 'state');
    await migrateOrClose(opened, stateSteps, options);
    return opened;
  }

  return {
    ...connection,
    tables: defineTables(connection.sequelize),
    async openState() {
      if (stateUrl === undefined) return connection;
      const opening = state ?? openStateFile(stateUrl);
      state = opening;
      opening.catch(() => {
        if (state === opening) state = undefined;
      });
      return opening;
    },
    async close() {
      const opened = await state?.catch(() => undefined);
      await Promise.all([connection.close(), opened?.close()]);
    },
  };
}

async function migrateOrClose(
  connection: Connection,
  steps: typeof migrations,
  { log }: ConnectionOptions,
): Promise<void> {
  try {
    await migrateUp(connection, steps, log);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
