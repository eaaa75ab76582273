import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Numbers of users and groups on Unix hosts that differ from those their UUIDs lead to. Rows stay when an entry goes: nobody inherits its files. */
export const keptNumbersTable: Migration = {
  name: '0018-kept-numbers',
  part: 'directory',
  up: (schema, transaction) =>
    schema.createTable(
      'kept_numbers',
      {
        id: { type: textType(schema), allowNull: false, primaryKey: true },
        number: { type: DataTypes.INTEGER, allowNull: false },
      },
      { transaction },
    ),
  down: (schema, transaction) => schema.dropTable('kept_numbers', { transaction }),
};
