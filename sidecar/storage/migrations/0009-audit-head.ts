import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** The last line of each chain of the audit log. */
export const auditHeadsTable: Migration = {
  name: '0009-audit-head',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const number = { type: DataTypes.BIGINT, allowNull: false };
    await schema.createTable(
      'audit_heads',
      {
        chain: { ...text, primaryKey: true },
        location: text,
        first_number: number,
        last_number: number,
        last_mac: text,
        seal: text,
      },
      { transaction },
    );
  },
  down: (schema, transaction) => schema.dropTable('audit_heads', { transaction }),
};
