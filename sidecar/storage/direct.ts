/** SQL of one statement. Its values are named `?1`, `?2` …, each first named in that order. */
export interface Statement {
  /** Unique in the program: a prepared statement is found by it. */
  readonly name: string;
  readonly sql: string;
}

export type StatementValue = string | number | null;

export interface Step {
  readonly statement: Statement;
  readonly values: readonly StatementValue[];
}

/**
 * A database product's own driver with prepared statements, for what is asked so often that Sequelize would cost more than the database.
 * Everything rejects with the driver's own errors: see `Dialect.explain`.
 */
export interface DirectConnection {
  all<Row>(statement: Statement, values: readonly StatementValue[]): Promise<Row[]>;
  /** One transaction, in order: all or nothing. Gives how many rows each step changed. */
  write(steps: readonly Step[]): Promise<number[]>;
  /** May be called again. Waits for what is going on. */
  close(): Promise<void>;
}
