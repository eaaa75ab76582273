import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes, type Sequelize } from 'sequelize';
import sqlite3 from 'sqlite3';
import { DomainError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Dialect } from '../dialect.ts';
import { createMigrationTable, migrationTable } from '../migration-table.ts';
import { openSqliteDirect } from './direct.ts';
import { createSqliteDriver } from './driver.ts';
import { explainSqliteError } from './faults.ts';
import { prepareDatabaseFile } from './file.ts';
import { parseSqliteUrl, stateFileOf } from './location.ts';

/** A private part of Sequelize: a transaction knows its connection. */
interface WithConnection {
  readonly connection?: unknown;
}

/** SQLite for `url`. Makes the file and its folder; rejects as {@link parseSqliteUrl} and {@link prepareDatabaseFile}. */
export async function createSqliteDialect(url: string, lockTimeoutMs: number, log: Log): Promise<Dialect> {
  const location = parseSqliteUrl(url);
  const inMemory = location.kind === 'memory';
  if (!inMemory) await prepareDatabaseFile(location.path, log);
  const name = inMemory ? ':memory:' : location.path;
  const driver = createSqliteDriver(lockTimeoutMs, log);

  return {
    name,
    singleConnection: inMemory,
    writeIsolation: undefined,
    nowMs: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    stateUrl: inMemory ? undefined : `sqlite:${stateFileOf(location.path)}`,
    options: {
      dialect: 'sqlite',
      storage: name,
      dialectModule: driver.module,
      // A file that vanishes while we run is a failure; Sequelize would make a new one, empty and readable for all.
      ...(inMemory ? {} : { dialectOptions: { mode: sqlite3.OPEN_READWRITE } }),
    },
    async prepare(sequelize) {
      await refuseForeignTables(sequelize, name);
      if (!inMemory) await useWriteAheadLog(sequelize, lockTimeoutMs, name, log);
      await createMigrationTable(sequelize);
    },
    // `BEGIN IMMEDIATE` would do the same, but when it has to give up, Sequelize rolls back what never began, complains on the
    // console and loses the connection. A write that finds nothing takes the lock as well, and its failure rolls back cleanly.
    // It must be sent as a bulk delete: for others Sequelize looks the table up first, and a transaction that has read does
    // not wait for the lock (https://www.sqlite.org/c3ref/busy_handler.html).
    async lockForWriting(sequelize, transaction) {
      const table = sequelize.getQueryInterface().quoteIdentifier(migrationTable);
      await sequelize.query(`DELETE FROM ${table} WHERE name = ''`, { type: QueryTypes.BULKDELETE, transaction });
    },
    announceCommit: () => Promise.resolve(),
    listen: undefined,
    async openDirect() {
      if (!inMemory) return openSqliteDirect(location.path, lockTimeoutMs);
      throw new DomainError(
        'unsupported',
        'database.url sqlite::memory: keeps no sessions and tokens; name a file, for example sqlite:./data/sidecar.sqlite',
      );
    },
    async rollBack(transaction) {
      await transaction.rollback().catch(() => undefined);
      // After a failed COMMIT or ROLLBACK Sequelize forgets the connection with its locks.
      if (!inMemory) await driver.closeConnection((transaction as WithConnection).connection);
    },
    explain: (error) => explainSqliteError(name, error),
    close: () => driver.closeAll(),
  };
}

async function refuseForeignTables(sequelize: Sequelize, name: string): Promise<void> {
  const tables = await sequelize.getQueryInterface().showAllTables();
  if (tables.length > 0 && !tables.includes(migrationTable)) {
    throw new DomainError(
      'invalid_input',
      `the database ${name} belongs to another program; set database.url to another file`,
    );
  }
}

/** With a write-ahead log readers go on while a commit is written. The setting stays in the file. */
async function useWriteAheadLog(sequelize: Sequelize, lockTimeoutMs: number, name: string, log: Log): Promise<void> {
  const giveUpAt = performance.now() + lockTimeoutMs;
  for (;;) {
    try {
      const [row] = await sequelize.query<{ journal_mode: string }>('PRAGMA journal_mode = WAL', {
        type: QueryTypes.SELECT,
      });
      if (row?.journal_mode !== 'wal') {
        log.warn('the file system of the database has no shared memory: readers wait while a sync commits', {
          database: name,
        });
      }
      return;
    } catch (error) {
      // Two programs at their first start: the change of mode does not wait for the other's lock by itself.
      const explained = explainSqliteError(name, error);
      const locked = explained instanceof DomainError && explained.message.includes('SQLITE_BUSY');
      if (!locked || performance.now() > giveUpAt) throw explained;
      await sleep(20);
    }
  }
}
