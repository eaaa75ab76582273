import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Database } from '../../sidecar/storage/database.ts';
import { createMappingStore } from '../../sidecar/storage/mapping-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const since = new Date('2026-11-24T10:00:00.125Z');

for (const { name, skip, create } of databaseProducts()) {
  describe(`the mapping in force: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let opened: Database;
    beforeEach(async () => {
      database = await create();
      opened = await openTestDatabase(database);
    });
    afterEach(async () => {
      await opened.close();
      await database.remove();
    });

    it('is none at first, and then what was kept last, files in their order', async () => {
      const store = createMappingStore(opened);
      assert.equal(await store.load(), undefined);
      const files = [
        { name: 'z.yaml', text: 'version: 1\n# PRAGMA INDEX_LIST $1 žluť 🂡\n' },
        { name: 'a.yaml', text: '' },
      ];
      await store.keep({ files, hash: 'aaaaaaaaaaaa', since });
      assert.deepEqual(await store.load(), { files, hash: 'aaaaaaaaaaaa', since });
      await store.keep({ files: [], hash: 'bbbbbbbbbbbb', since });
      assert.deepEqual(await createMappingStore(opened).load(), { files: [], hash: 'bbbbbbbbbbbb', since });
    });

    it('stays when another cannot be stored', async () => {
      const store = createMappingStore(opened);
      await store.keep({ files: [], hash: 'aaaaaaaaaaaa', since });
      const broken = { files: [{ name: 'a.yaml', text: '\0' }], hash: 'bbbbbbbbbbbb', since };
      await assert.rejects(store.keep(broken), isDomainError('invalid_input', /mapping file "a\.yaml" has a NUL/));
      assert.equal((await store.load())?.hash, 'aaaaaaaaaaaa');
    });
  });
}
