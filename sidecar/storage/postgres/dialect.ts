import type pg from 'pg';
import { QueryTypes, type Sequelize, Transaction } from 'sequelize';
import { DomainError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Dialect } from '../dialect.ts';
import { createMigrationTable, migrationTable } from '../migration-table.ts';
import { toConnectionOptions, toSessionStatement } from './client-settings.ts';
import { openPostgresDirect } from './direct.ts';
import { postgresDriver } from './driver.ts';
import { explainPostgresError } from './faults.ts';
import { commitChannel, listenForCommits } from './listener.ts';
import { nameLocation, parsePostgresUrl } from './location.ts';

/** Connections a process holds at most: it reads, commits and renews a lock at once, seldom more. */
const maxConnections = 5;
/** Marks our advisory locks among those of other programs in the database; the schema is the lock's second half. */
const lockClass = 0x1ce3a59;
const closeLimitMs = 5_000;

/** Private parts of a transaction of Sequelize: its connection, marked when it broke, and the way to be rid of that. */
interface OwnTransaction {
  readonly connection?: { readonly _invalid?: boolean };
  forceCleanup(): Promise<void>;
}

/** PostgreSQL for `url`. Throws as {@link parsePostgresUrl}; connects to nothing. */
export function createPostgresDialect(url: string, lockTimeoutMs: number, log: Log): Dialect {
  const location = parsePostgresUrl(url);
  const name = nameLocation(location);
  const session = toSessionStatement(lockTimeoutMs);

  return {
    name,
    singleConnection: false,
    // With a stricter level the snapshot is older than the lock that the first statement waits for.
    writeIsolation: Transaction.ISOLATION_LEVELS.READ_COMMITTED,
    nowMs: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
    stateUrl: undefined,
    options: {
      dialect: 'postgres',
      dialectModule: postgresDriver,
      host: location.host,
      port: location.port,
      database: location.database,
      ...(location.user === undefined ? {} : { username: location.user }),
      ...(location.password === undefined ? {} : { password: location.password.reveal() }),
      dialectOptions: toConnectionOptions(location),
      pool: { max: maxConnections, min: 0, idle: 10_000, acquire: 20_000 },
    },
    async prepare(sequelize) {
      sequelize.addHook('afterConnect', async (connection) => {
        await (connection as pg.Client).query(session);
      });
      if (location.isExposed) {
        log.warn('the connection to the database is not encrypted; add sslmode=verify-full to database.url', {
          database: name,
        });
      }
      await refuseOtherEncodings(sequelize, name);
      if (await hasMigrationTable(sequelize, name)) return;
      // Two programs at their first start: CREATE TABLE IF NOT EXISTS fails when another does the same at that moment.
      await sequelize.transaction(async (transaction) => {
        await lock(sequelize, transaction);
        if (!(await hasMigrationTable(sequelize, name, transaction)))
          await createMigrationTable(sequelize, transaction);
      });
    },
    lockForWriting: lock,
    async announceCommit(sequelize, transaction) {
      await sequelize.query(`NOTIFY ${commitChannel}`, { type: QueryTypes.RAW, transaction });
    },
    listen: (listener) => listenForCommits(location, session, listener, log),
    openDirect: () => Promise.resolve(openPostgresDirect(location, session)),
    async rollBack(transaction) {
      const own = transaction as Transaction & OwnTransaction;
      // Sequelize would try, and complain on the console.
      const end = own.connection?._invalid === true ? own.forceCleanup() : own.rollback();
      await end.catch(() => undefined);
    },
    explain: (error) => explainPostgresError(name, error),
    async close(sequelize) {
      // A server that is gone does not say goodbye.
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeLimitMs);
      });
      await Promise.race([sequelize.close().catch(() => undefined), limit]);
      clearTimeout(timer);
    },
  };
}

async function lock(sequelize: Sequelize, transaction: Transaction): Promise<void> {
  await sequelize.query(`SELECT pg_advisory_xact_lock(${lockClass}, hashtext(current_schema()))`, {
    type: QueryTypes.SELECT,
    transaction,
  });
}

/** Looks into the first schema of the search path, where new tables go; tables of extensions do not count. */
async function hasMigrationTable(sequelize: Sequelize, name: string, transaction?: Transaction): Promise<boolean> {
  const tables = await sequelize.query<{ name: string }>(
    `SELECT relname AS name FROM pg_catalog.pg_class AS class
     WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p', 'f')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE objid = class.oid AND deptype = 'e')`,
    { type: QueryTypes.SELECT, transaction: transaction ?? null },
  );
  const found = tables.some((table) => table.name === migrationTable);
  if (found || tables.length === 0) return found;
  throw new DomainError(
    'invalid_input',
    `the database ${name} belongs to another program; name another one in database.url, or give this program's user a schema of its own (ALTER ROLE … SET search_path = …)`,
  );
}

/** Other encodings lack characters that names have. */
async function refuseOtherEncodings(sequelize: Sequelize, name: string): Promise<void> {
  const [row] = await sequelize.query<{ server_encoding: string }>('SHOW server_encoding', { type: QueryTypes.SELECT });
  if (row?.server_encoding === 'UTF8') return;
  throw new DomainError(
    'invalid_input',
    `the database ${name} has the encoding ${row?.server_encoding}; create one with ENCODING 'UTF8' TEMPLATE template0`,
  );
}
