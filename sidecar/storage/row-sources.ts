/** A row to write: attribute name → value. */
export type Row = Readonly<Record<string, string | number | boolean | Date | null>>;

/** A column that a statement gives a value. */
export interface WrittenColumn {
  readonly attribute: string;
  readonly field: string;
  readonly key: boolean;
  /** Sequelize's name of the type. */
  readonly type: string;
}

/** A part of a statement with the values it refers to. */
export interface BoundPart {
  readonly sql: string;
  readonly bind: readonly unknown[];
}

/** How a product takes many values in one statement that is short and always the same. */
export interface RowSource {
  /** What stands behind the columns' names of an INSERT. */
  toRows(columns: readonly WrittenColumn[], rows: readonly Row[]): BoundPart;
  /** What stands behind a column's name in a WHERE: the column is one of `texts`. */
  toChoice(texts: readonly string[]): BoundPart;
}

/** Rows per statement: bounds the size of a message. */
export const rowsPerStatement = 1_000;

/**
 * SQLite: all values in one JSON text (https://www.sqlite.org/json1.html). With a parameter for every value a commit takes 2.5 times as
 * long. `WHERE true` keeps the parser from taking an ON CONFLICT behind it for the ON of a join.
 */
export const jsonRows: RowSource = {
  toRows(columns, rows) {
    const values = columns.map((_, index) => `value ->> ${index}`).join(', ');
    const text = JSON.stringify(rows.map((row) => columns.map(({ attribute }) => toBound(row[attribute]))));
    return { sql: `SELECT ${values} FROM json_each($1) WHERE true`, bind: [text] };
  },
  toChoice: (texts) => ({ sql: 'IN (SELECT value FROM json_each($1))', bind: [JSON.stringify(texts)] }),
};

const arrayTypes: Readonly<Record<string, string>> = {
  TEXT: 'text[]',
  DATE: 'timestamptz[]',
  INTEGER: 'integer[]',
  BOOLEAN: 'boolean[]',
};

/** PostgreSQL: an array for every column. */
export const arrayRows: RowSource = {
  toRows(columns, rows) {
    const places = columns.map(({ type, field }, index) => {
      const arrayType = arrayTypes[type];
      if (arrayType === undefined) throw new TypeError(`no array is known for column ${field} of type ${type}`);
      return `$${index + 1}::${arrayType}`;
    });
    const bind = columns.map(({ attribute }) => rows.map((row) => toBound(row[attribute])));
    return { sql: `SELECT * FROM unnest(${places.join(', ')})`, bind };
  },
  toChoice: (texts) => ({ sql: '= ANY($1::text[])', bind: [texts] }),
};

/** A time is written as Sequelize writes it, so that SQLite sorts it and its models can read it. */
function toBound(value: Row[string] | undefined): Exclude<Row[string], Date> {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', ' +00:00');
  return value ?? null;
}
