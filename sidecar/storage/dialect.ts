import type { Options, Sequelize, Transaction } from 'sequelize';

/** What differs between the database products; everything else in this folder is the same for all of them. */
export interface Dialect {
  /** The database for messages: a path or an address, never a password. */
  readonly name: string;
  readonly options: Options;
  /** All work shares one connection, so a transaction must have it alone. */
  readonly singleConnection: boolean;
  /** Settles what the product needs before the first use. Rejects when the database is unusable or another program's. */
  prepare(sequelize: Sequelize): Promise<void>;
  /** Takes the lock that one writer at a time may hold; the first statement of every writing transaction. */
  lockForWriting(sequelize: Sequelize, transaction: Transaction): Promise<void>;
  /** Ends what a failed transaction may have left open. */
  discard(transaction: Transaction): Promise<void>;
  /** An error of the product as a `DomainError`; any other error as it is. */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}
