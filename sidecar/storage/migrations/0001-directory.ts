import { DataTypes, type ModelAttributeColumnOptions } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

const time = { type: DataTypes.DATE, allowNull: false };
const count = { type: DataTypes.INTEGER, allowNull: false };
const countKey = { ...count, primaryKey: true };

/**
 * The committed directory and the records of sync runs. What belongs to a user or group stands in rows of its own that are only
 * inserted and deleted, so that the time from and until which each held can be kept later. No index on login: the
 * directory is read whole, and two users may bear one login while the older of them is missing.
 */
export const directoryTables: Migration = {
  name: '0001-directory',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const textKey = { ...text, primaryKey: true };
    const keyOf = (table: string): ModelAttributeColumnOptions => ({
      ...textKey,
      references: { model: table, key: 'id' },
      onDelete: 'CASCADE',
      onUpdate: 'NO ACTION',
    });
    // PostgreSQL's indexes hold no long names; that none is given twice is checked before.
    const isPostgres = schema.sequelize.getDialect() === 'postgres';
    const grantKey = isPostgres ? text : textKey;
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
    await schema.createTable(
      'user_grants',
      { user_id: { ...keyOf('users'), primaryKey: !isPostgres }, kind: grantKey, name: grantKey },
      { transaction },
    );
    if (isPostgres) await schema.addIndex('user_grants', ['user_id'], { name: 'user_grants_user_id', transaction });
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
        run_id: { type: textType(schema), allowNull: true },
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
