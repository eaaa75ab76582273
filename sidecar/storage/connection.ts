import { Sequelize, Transaction } from 'sequelize';
import { DomainError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { Dialect } from './dialect.ts';
import { createPostgresDialect } from './postgres/dialect.ts';
import { createSqliteDialect } from './sqlite/dialect.ts';

export interface ConnectionOptions {
  /** `sqlite:<path>` (relative to the working folder), `sqlite::memory:` or `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly log: Log;
  /** How long a statement waits for another program's lock. */
  readonly lockTimeoutMs?: number;
}

/**
 * A database whose tables need not exist yet. What `work` rejects with is passed on; failures of the database itself come as
 * `DomainError`, most as `upstream_unavailable`.
 */
export interface Connection {
  /** The database for messages: a path or an address, never a password. */
  readonly name: string;
  readonly sequelize: Sequelize;
  readonly dialect: Dialect;
  /** Runs single statements, each a transaction of its own. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `work` on one consistent version of the data; writers are not held up. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` as the only writer; all of it is kept, or, when it rejects, nothing. */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Closes all connections. Unfinished work rejects and changes nothing. May be called again. */
  close(): Promise<void>;
}

const defaultLockTimeoutMs = 10_000;

/** Opens a database without looking at its tables. Rejects with a `DomainError` that names the path and the remedy. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const dialect = await createDialect(options);
  const sequelize = new Sequelize({ logging: false, retry: { max: 1 }, ...dialect.options });
  const inTurn = dialect.singleConnection ? createTurns() : <T>(work: () => Promise<T>) => work();
  const unfinished = new Set<Promise<unknown>>();
  const begun = new Set<Transaction>();
  let closing: Promise<void> | undefined;

  // Stops work between two statements, so that its transaction still ends in order.
  sequelize.addHook('beforeQuery', (query) => {
    const inWork = query.transaction != null && begun.has(query.transaction);
    if (closing !== undefined && inWork && !('completesTransaction' in query)) throw closed(dialect.name);
  });

  async function explained<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined) throw closed(dialect.name);
    const result = inTurn(work);
    unfinished.add(result);
    try {
      return await result;
    } catch (error) {
      throw dialect.explain(error);
    } finally {
      unfinished.delete(result);
    }
  }

  async function close(): Promise<void> {
    await Promise.allSettled(unfinished);
    await dialect.close(sequelize);
  }

  async function transact<T>(
    settings: { isolationLevel?: Transaction.ISOLATION_LEVELS },
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const transaction = await sequelize.transaction(settings);
    begun.add(transaction);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await dialect.rollBack(transaction);
      throw error;
    } finally {
      begun.delete(transaction);
    }
  }

  const connection: Connection = {
    name: dialect.name,
    sequelize,
    dialect,
    run: explained,
    read: (work) => explained(() => transact({ isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ }, work)),
    write: (work) =>
      explained(() =>
        transact(
          dialect.writeIsolation === undefined ? {} : { isolationLevel: dialect.writeIsolation },
          async (transaction) => {
            await dialect.lockForWriting(sequelize, transaction);
            return work(transaction);
          },
        ),
      ),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  try {
    await explained(() => dialect.prepare(sequelize));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function createDialect(options: ConnectionOptions): Promise<Dialect> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(options.url)?.[1]?.toLowerCase();
  const lockTimeoutMs = options.lockTimeoutMs ?? defaultLockTimeoutMs;
  if (scheme === 'sqlite') return createSqliteDialect(options.url, lockTimeoutMs, options.log);
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return createPostgresDialect(options.url, lockTimeoutMs, options.log);
  }
  // The rest of the URL is not repeated: it may hold a password.
  const given = scheme === undefined ? 'has no scheme' : `has the scheme "${scheme}:", which is not supported`;
  throw new DomainError(
    'invalid_input',
    `database.url ${given}; write sqlite:<path>, for example sqlite:./data/sidecar.sqlite, or postgres://user:password@host/database`,
  );
}

function closed(name: string): DomainError {
  return new DomainError(
    'upstream_unavailable',
    `the database ${name} was closed by this program; nothing was changed`,
  );
}

function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
