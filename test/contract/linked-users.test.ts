import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LoginName } from '../../sidecar/core/names.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { buildChange, buildRun, buildUser } from './directory-builders.ts';

for (const { name, skip, create } of databaseProducts()) {
  describe(`manual users: ${name}`, { skip }, () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await create();
    });
    afterEach(() => database.remove());

    it('keep their link, lose it, and others never have one', async () => {
      const linked = buildUser('guest', { origin: 'manual', passwordOf: 'jürgen@example.com' as LoginName });
      const unlinked = buildUser('guest', { origin: 'manual', state: 'disabled' });
      const bob = buildUser('bob');
      const store = createDirectoryStore(await openTestDatabase(database));
      await store.commit(0, buildChange({ users: [linked, bob] }), buildRun());
      const first = await store.load();
      await store.commit(1, buildChange({ users: [unlinked] }), buildRun());
      const second = await store.load();
      await store.close();
      assert.deepEqual([first.users.get(linked.id), first.users.get(bob.id)], [linked, bob]);
      assert.deepEqual(second.users.get(linked.id), unlinked);
    });
  });
}
