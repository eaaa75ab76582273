import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Applications that log in with a made secret. Of the secret there is only a keyed digest; the key is not in the database. */
export const serviceAccountsTable: Migration = {
  name: '0007-service-accounts',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.DATE, allowNull: false };
    await schema.createTable(
      'service_accounts',
      {
        key: { ...text, primaryKey: true },
        name: text,
        secret_id: text,
        digest: text,
        key_check: text,
        created_at: time,
        rotated_at: time,
      },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('service_accounts', { transaction }),
};
