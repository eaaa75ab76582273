import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ModelAttributeColumnOptions, QueryTypes } from 'sequelize';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { type Connection, openConnection } from '../../sidecar/storage/connection.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { migrateDown, migrateUp } from '../../sidecar/storage/migrate.ts';
import { migrations } from '../../sidecar/storage/migrations/list.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildGroup, buildRun, buildUser } from './directory-builders.ts';
import { isDomainError } from './directory-store.ts';

const steps = [...migrations];

/** Everything the product says about its tables, in words that are the same before and after. */
async function describeSchema({ sequelize }: Connection): Promise<unknown> {
  const select = (sql: string) => sequelize.query(sql, { type: QueryTypes.SELECT });
  if (sequelize.getDialect() === 'sqlite') {
    return select("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name");
  }
  return [
    await select(`SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
      FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, column_name`),
    await select('SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexdef'),
    await select(`SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint
      WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2`),
  ];
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`migrations: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let connection: Connection;
    beforeEach(async () => {
      database = await create();
      connection = await openConnection({ url: database.url, log: silentLog });
    });
    afterEach(async () => {
      await connection.close();
      await database.remove();
    });

    for (const [index, step] of steps.entries()) {
      it(`${step.name} goes up, down and up again to the same tables`, async () => {
        await migrateUp(connection, steps.slice(0, index), silentLog);
        const before = await describeSchema(connection);
        await migrateUp(connection, steps.slice(0, index + 1), silentLog);
        const after = await describeSchema(connection);
        assert.notDeepEqual(after, before);
        await migrateDown(connection, steps, step.name, silentLog);
        assert.deepEqual(await describeSchema(connection), before);
        await migrateUp(connection, steps.slice(0, index + 1), silentLog);
        assert.deepEqual(await describeSchema(connection), after);
      });
    }

    it('keep what the directory holds on the way down to the first step and up again', async () => {
      const team = buildGroup('team', { members: ['alice@example.com'] });
      const memberships = [{ groupId: team.id, direct: true }];
      const alice = buildUser('alice', { memberships, roles: ['auditor'] });
      const first = await openTestDatabase(database);
      const change = buildChange({ users: [alice], groups: [team] });
      await createDirectoryStore(first).commit(0, change, buildRun());
      await first.close();
      const steps = migrations.filter(({ part }) => part === 'directory' || connection.dialect.stateUrl === undefined);
      await migrateDown(connection, steps, '0002-account-facts', silentLog);
      const again = await openTestDatabase(database);
      const { users, groups } = await createDirectoryStore(again).load();
      assert.deepEqual([...users.values()], [alice]);
      assert.deepEqual([...groups.values()], [team]);
      await again.close();
    });

    it('leave the columns that the program describes', async () => {
      const opened = await openTestDatabase(database);
      const schema = opened.sequelize.getQueryInterface();
      for (const table of Object.values(opened.tables)) {
        const stored = await schema.describeTable(table.tableName);
        const columns: ModelAttributeColumnOptions[] = Object.values(table.getAttributes());
        const nullable = (column: ModelAttributeColumnOptions) => column.allowNull === true && !column.primaryKey;
        const described = columns.map((column) => [column.field, nullable(column)]);
        const found = Object.entries(stored).map(([field, column]) => [field, column.allowNull && !column.primaryKey]);
        assert.deepEqual(described, found, table.tableName);
      }
      await opened.close();
    });

    it('run once when several programs start together', async () => {
      const opened = await Promise.all([1, 2, 3, 4].map(() => openTestDatabase(database)));
      for (const handle of opened) assert.equal(await createDirectoryStore(handle).generation(), 0);
      await Promise.all(opened.map((handle) => handle.close()));
    });

    it('refuse a database that a newer version has made', async () => {
      await (await openTestDatabase(database)).close();
      await connection.sequelize.query("INSERT INTO schema_migrations (name) VALUES ('9999-later')");
      await assert.rejects(
        openTestDatabase(database),
        isDomainError('unsupported', /newer version.*migration 9999-later is unknown/),
      );
    });
  });
}
