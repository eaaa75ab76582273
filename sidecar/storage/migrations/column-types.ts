import { DataTypes, type QueryInterface } from 'sequelize';

/**
 * The type of texts. SQLite compares them byte by byte; PostgreSQL would sort by the language of the database, whose rules change with
 * the operating system and leave damaged indexes behind.
 */
export function textType(schema: QueryInterface): typeof DataTypes.TEXT | string {
  return schema.sequelize.getDialect() === 'postgres' ? 'TEXT COLLATE "C"' : DataTypes.TEXT;
}
