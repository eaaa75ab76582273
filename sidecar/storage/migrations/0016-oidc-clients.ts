import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Applications that use OpenID Connect. Of a secret there is only a keyed digest; the key is not in the database. */
export const oidcClientsTable: Migration = {
  name: '0016-oidc-clients',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const optional = { type: textType(schema), allowNull: true };
    const time = { type: DataTypes.DATE, allowNull: false };
    await schema.createTable(
      'oidc_clients',
      {
        id: { ...text, primaryKey: true },
        definition: text,
        secret_id: optional,
        digest: optional,
        key_check: optional,
        created_at: time,
        rotated_at: time,
      },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('oidc_clients', { transaction }),
};
