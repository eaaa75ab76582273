import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Database } from '../../sidecar/storage/database.ts';
import { createKeptNumbers } from '../../sidecar/storage/kept-numbers.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

for (const { name, skip, create } of databaseProducts()) {
  describe(`kept numbers: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handle: Database;
    beforeEach(async () => {
      database = await create();
      handle = await openTestDatabase(database);
    });
    afterEach(async () => {
      await handle.close();
      await database.remove();
    });

    it('are none at first, and stay for every process', async () => {
      const numbers = createKeptNumbers(handle);
      assert.deepEqual(await numbers.list(), []);
      // The largest that the settings take.
      await numbers.add([{ id: 'b', number: 2_147_483_647 }]);
      await numbers.add([{ id: 'a', number: 1000 }]);
      const second = await openTestDatabase(database);
      assert.deepEqual(await createKeptNumbers(second).list(), [
        { id: 'a', number: 1000 },
        { id: 'b', number: 2_147_483_647 },
      ]);
      await second.close();
    });

    it('may be added again, as by two processes that publish the same directory', async () => {
      const numbers = createKeptNumbers(handle);
      const many = Array.from({ length: 2_500 }, (_, index) => ({ id: String(index).padStart(4, '0'), number: index }));
      await Promise.all([numbers.add(many), numbers.add(many)]);
      await numbers.add([]);
      assert.deepEqual(await numbers.list(), many);
    });

    it('are a failure, and not none, without a database', async () => {
      const numbers = createKeptNumbers(handle);
      await handle.close();
      await assert.rejects(numbers.list(), isDomainError('upstream_unavailable', /closed/));
      await assert.rejects(numbers.add([{ id: 'a', number: 1 }]), isDomainError('upstream_unavailable', /closed/));
    });
  });
}
