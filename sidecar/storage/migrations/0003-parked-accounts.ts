import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Accounts that are left alone for a while. The place in the list is the key: an address may be of any length. */
export const parkedAccountsTable: Migration = {
  name: '0003-parked-accounts',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    await schema.createTable(
      'parked_accounts',
      {
        source_id: { ...text, primaryKey: true },
        position: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
        address: text,
        reason: text,
        attempts: { type: DataTypes.INTEGER, allowNull: false },
        next_try_at: { type: DataTypes.DATE, allowNull: false },
      },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('parked_accounts', { transaction }),
};
