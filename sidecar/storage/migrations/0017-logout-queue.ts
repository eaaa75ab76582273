import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Clients still to be told of the end of a session. Times are milliseconds since 1970 on the clock of the process that wrote the row. */
export const logoutQueueTable: Migration = {
  name: '0017-logout-queue',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.BIGINT, allowNull: false };
    await schema.createTable(
      'logout_queue',
      {
        id: { ...text, primaryKey: true },
        client_id: text,
        account_id: text,
        session_id: { ...text, allowNull: true },
        attempts: { type: DataTypes.INTEGER, allowNull: false },
        queued_ms: time,
        due_ms: time,
      },
      { transaction },
    );
    await schema.addIndex('logout_queue', { name: 'logout_queue_due_ms', fields: ['due_ms'], transaction });
  },
  down: (schema, transaction) => schema.dropTable('logout_queue', { transaction }),
};
