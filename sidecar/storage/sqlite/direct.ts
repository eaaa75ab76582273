import sqlite3 from 'sqlite3';
import type { DirectConnection, Statement, StatementValue, Step } from '../direct.ts';

/** Runs statements on one connection, in their order. */
class StatementRunner {
  readonly #database: sqlite3.Database;
  readonly #prepared = new Map<string, sqlite3.Statement>();

  constructor(database: sqlite3.Database) {
    this.#database = database;
    database.serialize();
  }

  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#database.exec(sql, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  all<Row>(statement: Statement, values: readonly StatementValue[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.#prepare(statement).all<Row>(values, (error, rows) => (error === null ? resolve(rows) : reject(error)));
    });
  }

  run({ statement, values }: Step): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#prepare(statement).run(values, function (error) {
        if (error === null) resolve(this.changes);
        else reject(error);
      });
    });
  }

  async close(): Promise<void> {
    for (const statement of this.#prepared.values())
      await new Promise<void>((done) => statement.finalize(() => done()));
    await new Promise<void>((resolve, reject) => {
      this.#database.close((error) => (error === null ? resolve() : reject(error)));
    });
  }

  #prepare({ name, sql }: Statement): sqlite3.Statement {
    const known = this.#prepared.get(name);
    if (known !== undefined) return known;
    // A statement that cannot be prepared says so again to whoever runs it.
    const prepared = this.#database.prepare(sql, () => {});
    this.#prepared.set(name, prepared);
    return prepared;
  }
}

/** Opens the file twice, so that reading does not wait for a commit. The file must be there and its tables made. */
export async function openSqliteDirect(path: string, lockTimeoutMs: number): Promise<DirectConnection> {
  // Its entries live for minutes to days: the last ones may be lost in a power cut, the file never breaks (https://www.sqlite.org/wal.html).
  const settings = `PRAGMA busy_timeout = ${Math.trunc(lockTimeoutMs)}; PRAGMA synchronous = NORMAL;`;
  const open = async () => {
    const database = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opening = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, (error) =>
        error === null ? resolve(opening) : reject(error),
      );
    });
    const runner = new StatementRunner(database);
    await runner.exec(settings);
    return runner;
  };
  const reader = await open();
  const writer = await open();
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  async function transact(steps: readonly Step[]): Promise<number[]> {
    // IMMEDIATE waits for another writer's lock; a transaction that begins by reading would not.
    await writer.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled(steps.map((step) => writer.run(step)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure === undefined) {
      try {
        await writer.exec('COMMIT');
      } catch (error) {
        await writer.exec('ROLLBACK').catch(() => undefined);
        throw error;
      }
      return results.map((result) => (result.status === 'fulfilled' ? result.value : 0));
    }
    await writer.exec('ROLLBACK').catch(() => undefined);
    throw failure.reason;
  }

  return {
    all: (statement, values) => reader.all(statement, values),
    write(steps) {
      const turn = last.then(() => transact(steps));
      last = turn.catch(() => undefined);
      return turn;
    },
    close() {
      closing ??= last.then(async () => {
        await Promise.all([reader.close(), writer.close()]);
      });
      return closing;
    },
  };
}
