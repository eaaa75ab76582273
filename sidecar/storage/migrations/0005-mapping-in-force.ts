import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** The mapping files that were last found sound, and the default privileges that each user was last given. */
export const mappingInForceTables: Migration = {
  name: '0005-mapping-in-force',
  part: 'directory',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
    const since = { type: DataTypes.DATE, allowNull: false };
    await schema.createTable('mapping_in_force', { id: key, hash: text, since }, { transaction });
    await schema.createTable('mapping_files', { position: { ...key }, name: text, content: text }, { transaction });
    const type = schema.sequelize.getDialect() === 'postgres' ? textType(schema) : 'TEXT';
    await schema.sequelize.query(`ALTER TABLE users ADD COLUMN defaults_given ${type}`, { transaction });
  },
  async down(schema, transaction) {
    await schema.sequelize.query('ALTER TABLE users DROP COLUMN defaults_given', { transaction });
    await schema.dropTable('mapping_files', { transaction });
    await schema.dropTable('mapping_in_force', { transaction });
  },
};
