import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ModelAttributeColumnOptions, QueryTypes } from 'sequelize';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { type Connection, openConnection } from '../../../sidecar/storage/connection.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../sidecar/storage/directory-store.ts';
import { migrateDown, migrateUp } from '../../../sidecar/storage/migrate.ts';
import { migrations } from '../../../sidecar/storage/migrations/list.ts';
import type { Migration } from '../../../sidecar/storage/migrations/migration.ts';
import { defineTables } from '../../../sidecar/storage/tables.ts';

/** On SQLite the others go into a file of their own. */
const directorySteps = migrations.filter(({ part }) => part === 'directory');

describe('migrations', () => {
  let folder: string;
  let url: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-migrations-'));
    url = `sqlite:${join(folder, 'x.sqlite')}`;
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function withConnection(work: (connection: Connection) => Promise<void>): Promise<void> {
    const connection = await openConnection({ url, log: silentLog });
    try {
      await work(connection);
    } finally {
      await connection.close();
    }
  }

  const schemaOf = (connection: Connection) =>
    connection.sequelize.query<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name",
      { type: QueryTypes.SELECT },
    );
  const namesOf = (connection: Connection) =>
    connection.sequelize.query('SELECT name FROM schema_migrations ORDER BY name', { type: QueryTypes.SELECT });

  it('go up, down and up again to the same tables', async () => {
    await withConnection(async (connection) => {
      const empty = await schemaOf(connection);
      await migrateUp(connection, migrations, silentLog);
      const full = await schemaOf(connection);
      assert.ok(full.length > empty.length);
      await migrateDown(connection, migrations, migrations[0]?.name ?? '', silentLog);
      assert.deepEqual(await schemaOf(connection), empty);
      assert.deepEqual(await namesOf(connection), []);
      await migrateUp(connection, migrations, silentLog);
      assert.deepEqual(await schemaOf(connection), full);
    });
  });

  it('are stored under names that are the same in sources and in a built package', () => {
    const names = migrations.map(({ name }) => name);
    for (const name of names) assert.match(name, /^\d{4}-[a-z-]+$/);
    const numbers = names.map((name) => name.slice(0, 4));
    assert.deepEqual(numbers, [...new Set(numbers)].sort());
  });

  it('leave the tables that the program describes', async () => {
    const database = await openDatabase({ url, log: silentLog });
    try {
      const schema = database.sequelize.getQueryInterface();
      for (const table of Object.values(database.tables)) {
        const stored = await schema.describeTable(table.tableName);
        // SQLite calls a key that it numbers itself nullable; no key is.
        const shape = (primaryKey: boolean, allowNull: boolean | undefined) => ({
          primaryKey,
          allowNull: allowNull === true && !primaryKey,
        });
        const columns: ModelAttributeColumnOptions[] = Object.values(table.getAttributes());
        const described = columns.map((column) => [column.field, shape(column.primaryKey === true, column.allowNull)]);
        const found = Object.entries(stored).map(([field, column]) => [
          field,
          shape(column.primaryKey, column.allowNull),
        ]);
        assert.deepEqual(described, found, table.tableName);
      }
    } finally {
      await database.close();
    }
  });

  it('run once when several programs start together', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, log: silentLog })));
    for (const database of opened) {
      assert.deepEqual(
        await namesOf(database),
        directorySteps.map(({ name }) => ({ name })),
      );
      assert.equal(await createDirectoryStore(database).generation(), 0);
      await database.close();
    }
  });

  it('leave nothing of themselves when one of them fails', async () => {
    const failing: Migration = {
      name: '0099-failing',
      part: 'directory',
      async up(schema, transaction) {
        await schema.createTable('half', { id: 'INTEGER' }, { transaction });
        throw new Error('no such luck');
      },
      async down() {},
    };
    await withConnection(async (connection) => {
      const before = await schemaOf(connection);
      await assert.rejects(migrateUp(connection, [...migrations, failing], silentLog), /0099-failing .*no such luck/);
      assert.deepEqual(await schemaOf(connection), before);
      await migrateUp(connection, migrations, silentLog);
    });
  });

  it('apply a later step to a database that holds the earlier ones', async () => {
    const later: Migration = {
      name: '0099-later',
      part: 'directory',
      up: (schema, transaction) => schema.addColumn('users', 'later', { type: 'TEXT' }, { transaction } as object),
      down: (schema, transaction) => schema.removeColumn('users', 'later', { transaction }),
    };
    await (await openDatabase({ url, log: silentLog })).close();
    await withConnection(async (connection) => {
      await migrateUp(connection, [...directorySteps, later], silentLog);
      assert.ok('later' in (await connection.sequelize.getQueryInterface().describeTable('users')));
      await migrateUp(connection, [...directorySteps, later], silentLog);
    });
    await assert.rejects(openDatabase({ url, log: silentLog }), /migration 0099-later is unknown/);
  });

  it('describe tables without touching the database', async () => {
    await withConnection(async (connection) => {
      defineTables(connection.sequelize);
      assert.deepEqual(await namesOf(connection), []);
    });
  });
});
