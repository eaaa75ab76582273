import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/**
 * Failed logins that processes share, and what took some of them back. `changed_ms` is milliseconds since 1970 on the database's own
 * clock; the other times are those of the process that wrote the row.
 */
export const failureCountersTable: Migration = {
  name: '0008-failure-counters',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.BIGINT, allowNull: false };
    await schema.createTable(
      'failure_counters',
      {
        id: { ...text, primaryKey: true },
        kind: text,
        subject_kind: text,
        subject_hash: text,
        sealed_key: text,
        at_ms: time,
        keep_until_ms: time,
        changed_ms: time,
        changed_by: text,
      },
      { transaction },
    );
    // With the rest of the order that rows are read in, so that reading on never sorts.
    await schema.addIndex('failure_counters', ['changed_ms', 'kind', 'id'], {
      name: 'failure_counters_changed',
      transaction,
    });
    await schema.addIndex('failure_counters', ['subject_hash'], { name: 'failure_counters_subject', transaction });
    await schema.addIndex('failure_counters', ['keep_until_ms'], { name: 'failure_counters_kept', transaction });
  },
  down: (schema, transaction) => schema.dropTable('failure_counters', { transaction }),
};
