import type { Options, Sequelize, Transaction } from 'sequelize';
import type { DirectConnection } from './direct.ts';

/** What differs between the database products; everything else in this folder is the same for all of them. */
export interface Dialect {
  /** The database for messages: a path or an address, never a password. */
  readonly name: string;
  readonly options: Options;
  /** All work shares one connection, so a transaction must have it alone. */
  readonly singleConnection: boolean;
  /** For writing transactions; undefined where there is nothing to choose. */
  readonly writeIsolation: Transaction.ISOLATION_LEVELS | undefined;
  /** SQL for the time in milliseconds since 1970 that all who share the database agree on. */
  readonly nowMs: string;
  /** The database of expiring state, where a commit would hold its writers up; undefined = this database. */
  readonly stateUrl: string | undefined;
  /** Settles what the product needs before the first use. Rejects when the database is unusable or another program's. */
  prepare(sequelize: Sequelize): Promise<void>;
  /** Takes the lock that one writer at a time may hold; the first statement of every writing transaction. */
  lockForWriting(sequelize: Sequelize, transaction: Transaction): Promise<void>;
  /** Tells those who `listen` as soon as `transaction` is committed. */
  announceCommit(sequelize: Sequelize, transaction: Transaction): Promise<void>;
  /** Hears of commits as they happen; undefined where one has to look. */
  readonly listen: ((listener: CommitListener) => Listening) | undefined;
  /** Opens the driver itself, on connections of their own. Rejects with `unsupported` where there is none but Sequelize's. */
  openDirect(): Promise<DirectConnection>;
  /** Ends a failed transaction, whatever state it is in. Never rejects: the failure that led here is what counts. */
  rollBack(transaction: Transaction): Promise<void>;
  /** An error of the product as a `DomainError`; any other error as it is. */
  explain(error: unknown): unknown;
  close(sequelize: Sequelize): Promise<void>;
}

export interface CommitListener {
  /** Something may have been committed: also called after each interruption. */
  readonly onNotice: () => void;
  /** Nothing is heard for now; it is tried again until `stop`. */
  readonly onFault: (error: unknown) => void;
}

export interface Listening {
  isConnected(): boolean;
  stop(): Promise<void>;
}
