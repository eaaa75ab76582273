import type { QueryInterface, Transaction } from 'sequelize';

/** One step of the schema. A step that was released is never edited: it says what the tables were then. */
export interface Migration {
  /** Number and subject, without a file extension: it is stored and must be the same in sources and in a built package. */
  readonly name: string;
  /** What its tables hold: on SQLite expiring state has a file of its own. */
  readonly part: 'directory' | 'state';
  up(schema: QueryInterface, transaction: Transaction): Promise<void>;
  /** Undoes `up`; what cannot be kept is lost. */
  down(schema: QueryInterface, transaction: Transaction): Promise<void>;
}
