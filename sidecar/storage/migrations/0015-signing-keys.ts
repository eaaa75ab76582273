import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Keys of the OIDC facade, each sealed under a key that is not in the database. */
export const signingKeysTable: Migration = {
  name: '0015-signing-keys',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.DATE, allowNull: false };
    await schema.createTable(
      'signing_keys',
      { id: { ...text, primaryKey: true }, use: text, created_at: time, active_at: time, sealed: text },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('signing_keys', { transaction }),
};
