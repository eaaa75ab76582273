import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/** What is known of a user's account beside what is served. Users that are there count as never read whole. */
export const accountFacts: Migration = {
  name: '0002-account-facts',
  part: 'directory',
  // In SQL: Sequelize's own way looks into PostgreSQL's schema `public` whatever the search path, and on SQLite drops the whole
  // table to be rid of a column, and with it what refers to it.
  async up(schema, transaction) {
    const isPostgres = schema.sequelize.getDialect() === 'postgres';
    const text = isPostgres ? textType(schema) : 'TEXT';
    const columns = [
      `admin ${text} NOT NULL DEFAULT 'none'`,
      `is_blocked ${isPostgres ? 'BOOLEAN' : 'TINYINT(1)'}`,
      `password_check ${text}`,
      `login_text ${text}`,
      `account_created_on ${text}`,
      `account_expires_on ${text}`,
      `row_hash ${text} NOT NULL DEFAULT ''`,
      `read_at ${isPostgres ? 'TIMESTAMP WITH TIME ZONE' : 'DATETIME'}`,
    ];
    for (const column of columns) {
      await schema.sequelize.query(`ALTER TABLE users ADD COLUMN ${column}`, { transaction });
    }
  },
  async down(schema, transaction) {
    const names = [
      'read_at',
      'row_hash',
      'account_expires_on',
      'account_created_on',
      'login_text',
      'password_check',
      'is_blocked',
      'admin',
    ];
    for (const name of names) await schema.sequelize.query(`ALTER TABLE users DROP COLUMN ${name}`, { transaction });
  },
};
