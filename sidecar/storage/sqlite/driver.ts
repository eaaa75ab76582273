import sqlite3 from 'sqlite3';
import type { Log } from '../../core/ports/log.ts';

/** The sqlite3 module as Sequelize takes it, with every connection settled and known. */
export interface SqliteDriver {
  readonly module: object;
  /** Closes one connection, whatever state it is in; a transaction still open on it is rolled back. */
  closeConnection(connection: unknown): Promise<void>;
  closeAll(): Promise<void>;
}

/**
 * Sequelize opens a connection per transaction and has no hook for SQLite's, so what holds per connection (waiting for locks)
 * is set where the connection is made. Foreign keys Sequelize turns on by itself.
 */
export function createSqliteDriver(lockTimeoutMs: number, log: Log): SqliteDriver {
  /** What closes each open connection. */
  const open = new Map<unknown, () => Promise<void>>();
  const pragmas = [
    `busy_timeout = ${Math.trunc(lockTimeoutMs)}`,
    // A commit that was reported must outlive a power cut.
    'synchronous = FULL',
    'cache_size = -4096',
    // The log of a first commit is some 100 MB; without a limit it keeps that size for good.
    'journal_size_limit = 16777216',
  ];

  function Database(path: string, mode: number, opened: (error: Error | null) => void): sqlite3.Database {
    const connection = new sqlite3.Database(path, mode, (error) => {
      if (error !== null) open.delete(connection);
      opened(error);
    });
    const closeNatively = connection.close.bind(connection);
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= new Promise((resolve) => {
        closeNatively((error) => {
          open.delete(connection);
          if (error !== null) log.debug('sqlite connection', { error: error.message });
          resolve();
        });
      });
      return closing;
    };
    open.set(connection, close);
    // Sequelize closes without waiting, and without a callback: the error event of a failure would end the process.
    connection.close = () => void close();
    connection.exec(pragmas.map((pragma) => `PRAGMA ${pragma};`).join(' '), (error) => {
      if (error !== null) log.debug('sqlite connection settings', { error: error.message });
    });
    return connection;
  }

  return {
    module: { ...sqlite3, Database },
    closeConnection: async (connection) => open.get(connection)?.(),
    closeAll: async () => {
      await Promise.all([...open.values()].map((close) => close()));
    },
  };
}
