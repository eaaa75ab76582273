import { DataTypes, type Sequelize, type Transaction } from 'sequelize';

/** Holds the names of the migrations that were applied. A database without it, but with tables, is not ours. */
export const migrationTable = 'schema_migrations';

export async function createMigrationTable(sequelize: Sequelize, transaction?: Transaction): Promise<void> {
  await sequelize
    .getQueryInterface()
    .createTable(migrationTable, { name: { type: DataTypes.TEXT, allowNull: false, primaryKey: true } }, {
      transaction: transaction ?? null,
    } as object);
}
