import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/**
 * Passwords made for single clients of users. Of the password there is only a keyed digest; the key is not in the database. `number`
 * counts the changes: a row has that of its last one, and one that was removed stays for a while, so that every process hears of it.
 */
export const appPasswordsTable: Migration = {
  name: '0010-app-passwords',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.DATE, allowNull: false };
    await schema.createTable(
      'app_passwords',
      {
        id: { ...text, primaryKey: true },
        number: { type: DataTypes.INTEGER, allowNull: false },
        user_id: text,
        name: text,
        digest: text,
        key_check: text,
        listeners: text,
        networks: text,
        created_at: time,
        last_used_on: { ...text, allowNull: true },
        removed_at: { ...time, allowNull: true },
      },
      { transaction },
    );
    await schema.addIndex('app_passwords', ['number'], { name: 'app_passwords_number', unique: true, transaction });
    await schema.addIndex('app_passwords', ['user_id'], { name: 'app_passwords_user', transaction });
  },
  down: (schema, transaction) => schema.dropTable('app_passwords', { transaction }),
};
