import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Who does what at the moment, and until when unless renewed. Times are milliseconds since 1970 on the database's own clock. */
export const runLocksTable: Migration = {
  name: '0004-run-locks',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.BIGINT, allowNull: false };
    await schema.createTable(
      'run_locks',
      {
        name: { ...text, primaryKey: true },
        token: text,
        holder: text,
        since_ms: time,
        expires_ms: time,
      },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('run_locks', { transaction }),
};
