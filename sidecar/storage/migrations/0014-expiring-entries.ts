import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/**
 * Sessions, grants, codes and tokens of the OIDC facade. `id_hash` hides the id, which is a token's very text, and `sealed` the payload.
 * Times are milliseconds since 1970 on the clock of the process that wrote the row.
 */
export const expiringEntriesTable: Migration = {
  name: '0014-expiring-entries',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const optional = { type: textType(schema), allowNull: true };
    const time = { type: DataTypes.BIGINT, allowNull: true };
    await schema.createTable(
      'expiring_entries',
      {
        model: { ...text, primaryKey: true },
        id_hash: { ...text, primaryKey: true },
        sealed: text,
        expires_ms: time,
        consumed_ms: time,
        grant_id: optional,
        uid_hash: optional,
        account_id: optional,
        client_id: optional,
      },
      { transaction },
    );
    // Partial: most entries have one or two of these keys.
    for (const column of ['grant_id', 'uid_hash', 'account_id', 'expires_ms']) {
      await schema.sequelize.query(
        `CREATE INDEX expiring_entries_${column} ON expiring_entries (${column}) WHERE ${column} IS NOT NULL`,
        { transaction },
      );
    }
  },
  down: (schema, transaction) => schema.dropTable('expiring_entries', { transaction }),
};
