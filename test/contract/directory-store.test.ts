import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildCompany, buildRun, buildUser } from './directory-builders.ts';
import { describeDirectoryStore } from './directory-store.ts';

const products = databaseProducts();
const [sqlite, postgres] = products;
for (const product of products) describeDirectoryStore(product);

const committingProcess = fileURLToPath(new URL('./committing-process.ts', import.meta.url));
const openStore = async (database: TestDatabase) => createDirectoryStore(await openTestDatabase(database));

/** Starts a process that commits, kills it when `when` resolves, and gives what it had printed. */
async function killCommitting({ url }: TestDatabase, users: number, when: () => Promise<void>): Promise<string> {
  const child = spawn(process.execPath, [committingProcess, url, String(users)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close');
  while (!output.includes('committing') && child.exitCode === null) await sleep(5);
  await when();
  child.kill('SIGKILL');
  await ended;
  return output;
}

for (const { name, skip, create } of products) {
  describe(`directory store: ${name}, killed`, { skip }, () => {
    for (const [when, condition] of [
      ['at its beginning', () => sleep(60)],
      ['in the middle', () => sleep(400)],
    ] as const) {
      it(`holds the old directory after a kill -9 of a commit ${when}`, async () => {
        const database = await create();
        try {
          const first = await openStore(database);
          await first.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
          const before = await first.load();
          await first.close();
          assert.doesNotMatch(await killCommitting(database, 20_000, condition), /committed/);
          const store = await openStore(database);
          assert.deepEqual(await store.load(), before);
          assert.equal((await store.lastRuns(9)).length, 1);
          assert.equal(await store.commit(1, buildCompany(100), buildRun()), 2);
          await store.close();
        } finally {
          await database.remove();
        }
      });
    }
  });
}

describe('directory store: SQLite file, killed late', () => {
  it('holds the old directory when part of the new one had reached the disk, with another handle open', async () => {
    const database = await sqlite.create();
    const path = database.url.slice('sqlite:'.length);
    try {
      const store = await openStore(database);
      await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
      const before = await store.load();
      const logSize = async () => (await stat(`${path}-wal`)).size;
      const begun = await logSize();
      const output = await killCommitting(database, 20_000, async () => {
        const giveUpAt = Date.now() + 20_000;
        while ((await logSize()) < begun + 1_000_000 && Date.now() < giveUpAt) await sleep(10);
      });
      assert.doesNotMatch(output, /committed/);
      assert.ok((await logSize()) >= begun + 1_000_000, 'nothing of the commit was on the disk');
      assert.deepEqual(await store.load(), before);
      assert.equal(await store.commit(1, buildCompany(100), buildRun()), 2);
      assert.equal((await store.load()).users.size, 101);
      await store.close();
    } finally {
      await database.remove();
    }
  });
});

describe('directory store: PostgreSQL, killed late', { skip: postgres.skip }, () => {
  it('holds the old directory when the server had taken thousands of rows', async () => {
    const database = await postgres.create();
    const [store, watcher] = [await openStore(database), await openTestDatabase(database)];
    try {
      await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
      const before = await store.load();
      // The size of a table counts rows of unfinished transactions too.
      const tableSize = async () => {
        const [rows] = await watcher.sequelize.query("SELECT pg_relation_size('users') AS size");
        return Number((rows as { size: string }[])[0]?.size);
      };
      const begun = await tableSize();
      const output = await killCommitting(database, 30_000, async () => {
        const giveUpAt = Date.now() + 20_000;
        while ((await tableSize()) < begun + 1_000_000 && Date.now() < giveUpAt) await sleep(5);
      });
      assert.doesNotMatch(output, /committed/);
      assert.ok((await tableSize()) >= begun + 1_000_000, 'nothing of the commit had reached the server');
      assert.deepEqual(await store.load(), before);
      assert.equal(await store.commit(1, buildCompany(100), buildRun()), 2);
      assert.equal((await store.load()).users.size, 101);
    } finally {
      await store.close();
      await watcher.close();
      await database.remove();
    }
  });
});
