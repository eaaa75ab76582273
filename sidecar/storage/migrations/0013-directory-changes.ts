import { DataTypes } from 'sequelize';
import { textType } from './column-types.ts';
import type { Migration } from './migration.ts';

/**
 * Which users and groups the latest commits changed, for commits that changed few: a running service then reads these alone. A row of
 * the kind `commit` says that the rows of its generation are all there are. The indexes find accounts by address and manual
 * users by the account they are linked to.
 */
export const directoryChanges: Migration = {
  name: '0013-directory-changes',
  part: 'directory',
  async up(schema, transaction) {
    const textKey = { type: textType(schema), allowNull: false, primaryKey: true };
    await schema.createTable(
      'directory_changes',
      {
        generation: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
        kind: textKey,
        entry_id: { ...textKey },
      },
      { transaction },
    );
    await schema.addIndex('user_addresses', ['address'], { name: 'user_addresses_address', transaction });
    await schema.sequelize.query(
      'CREATE INDEX users_password_of ON users (password_of) WHERE password_of IS NOT NULL',
      { transaction },
    );
  },
  async down(schema, transaction) {
    await schema.sequelize.query('DROP INDEX users_password_of', { transaction });
    await schema.removeIndex('user_addresses', 'user_addresses_address', { transaction });
    await schema.dropTable('directory_changes', { transaction });
  },
};
