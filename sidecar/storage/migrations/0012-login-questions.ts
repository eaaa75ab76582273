import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/**
 * What the command line asks of running services about an account, and their answers. Times are milliseconds since 1970 on the
 * database's own clock; names are sealed.
 */
export const loginQuestionTables: Migration = {
  name: '0012-login-questions',
  part: 'state',
  async up(schema, transaction) {
    const text = { type: textType(schema), allowNull: false };
    const time = { type: DataTypes.BIGINT, allowNull: false };
    const key = { ...text, primaryKey: true };
    await schema.createTable('login_questions', { id: key, sealed_name: text, asked_ms: time }, { transaction });
    await schema.createTable(
      'login_answers',
      { question_id: key, process: { ...key }, answer: text, answered_ms: time },
      { transaction },
    );
  },
  async down(schema, transaction) {
    await schema.dropTable('login_answers', { transaction });
    await schema.dropTable('login_questions', { transaction });
  },
};
