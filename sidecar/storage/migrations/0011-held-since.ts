import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** Since when a user has each privilege and role: a JSON object, Unix seconds by name. */
export const heldSince: Migration = {
  name: '0011-held-since',
  part: 'directory',
  // In SQL, as Sequelize's own way harms other tables (see 0002-account-facts).
  async up(schema, transaction) {
    const isPostgres = schema.sequelize.getDialect() === 'postgres';
    const text = isPostgres ? textType(schema) : 'TEXT';
    await schema.sequelize.query(`ALTER TABLE users ADD COLUMN held_since ${text}`, { transaction });
  },
  async down(schema, transaction) {
    await schema.sequelize.query('ALTER TABLE users DROP COLUMN held_since', { transaction });
  },
};
