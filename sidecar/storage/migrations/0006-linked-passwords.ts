import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** The account whose password a manual user has; empty for everybody else. */
export const linkedPasswords: Migration = {
  name: '0006-linked-passwords',
  part: 'directory',
  // In SQL, as Sequelize's own way harms other tables (see 0002-account-facts).
  async up(schema, transaction) {
    const isPostgres = schema.sequelize.getDialect() === 'postgres';
    const text = isPostgres ? textType(schema) : 'TEXT';
    await schema.sequelize.query(`ALTER TABLE users ADD COLUMN password_of ${text}`, { transaction });
  },
  async down(schema, transaction) {
    await schema.sequelize.query('ALTER TABLE users DROP COLUMN password_of', { transaction });
  },
};
