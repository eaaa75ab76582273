import { DataTypes, type ModelAttributeColumnOptions } from 'sequelize';
import type { Migration } from './migration.ts';

const text = { type: DataTypes.TEXT, allowNull: false };
const time = { type: DataTypes.DATE, allowNull: false };
const count = { type: DataTypes.INTEGER, allowNull: false };
const textKey = { ...text, primaryKey: true };
const countKey = { ...count, primaryKey: true };

function keyOf(table: string): ModelAttributeColumnOptions {
  return { ...textKey, references: { model: table, key: 'id' }, onDelete: 'CASCADE', onUpdate: 'NO ACTION' };
}

/**
 * The committed directory and the records of sync runs. What belongs to a user or group stands in rows of its own that are only
 * inserted and deleted, so that the time from and until which each held can be kept later. No index on login: the
 * directory is read whole, and two users may bear one login while the older of them is missing.
 */
export const directoryTables: Migration = {
  name: '0001-directory',
  async up(schema, transaction) {
    await schema.createTable(
      'users',
      {
        id: textKey,
        source_id: text,
        origin: text,
        login: text,
        display_name: text,
        given_name: text,
        surname: text,
        description: text,
        telephone_number: text,
        state: text,
        missing_since: { type: DataTypes.DATE, allowNull: true },
        created_at: time,
        modified_at: time,
      },
      { transaction },
    );
    await schema.createTable(
      'user_addresses',
      { user_id: keyOf('users'), position: countKey, address: text },
      { transaction },
    );
    await schema.createTable(
      'groups',
      {
        id: textKey,
        source_id: text,
        kind: text,
        name: text,
        display_name: text,
        description: text,
        created_at: time,
        modified_at: time,
      },
      { transaction },
    );
    await schema.createTable(
      'group_addresses',
      { group_id: keyOf('groups'), position: countKey, address: text },
      { transaction },
    );
    await schema.createTable(
      'group_members',
      { group_id: keyOf('groups'), position: countKey, member: text },
      { transaction },
    );
    await schema.createTable(
      'memberships',
      { user_id: keyOf('users'), group_id: keyOf('groups'), direct: { type: DataTypes.BOOLEAN, allowNull: false } },
      { transaction },
    );
    await schema.addIndex('memberships', ['group_id'], { name: 'memberships_group_id', transaction });
    await schema.createTable('user_grants', { user_id: keyOf('users'), kind: textKey, name: textKey }, { transaction });
    await schema.createTable(
      'sync_runs',
      {
        number: { ...count, primaryKey: true, autoIncrement: true },
        id: { ...text, unique: true },
        source_id: text,
        started_at: time,
        ended_at: time,
        outcome: text,
        summary: text,
        generation: { type: DataTypes.INTEGER, allowNull: true },
      },
      { transaction },
    );
    await schema.createTable(
      'directory_state',
      {
        id: countKey,
        generation: count,
        committed_at: { type: DataTypes.DATE, allowNull: true },
        run_id: { type: DataTypes.TEXT, allowNull: true },
      },
      { transaction },
    );
    await schema.bulkInsert('directory_state', [{ id: 1, generation: 0 }], { transaction });
  },

  async down(schema, transaction) {
    const tables = [
      'directory_state',
      'sync_runs',
      'user_grants',
      'memberships',
      'group_members',
      'group_addresses',
      'groups',
      'user_addresses',
      'users',
    ];
    for (const table of tables) await schema.dropTable(table, { transaction });
  },
};
