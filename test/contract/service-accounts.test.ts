import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { StoredServiceAccount } from '../../sidecar/core/service-accounts.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createServiceAccountStore } from '../../sidecar/storage/service-account-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

function account(name: string, given: Partial<StoredServiceAccount> = {}): StoredServiceAccount {
  const at = new Date('2026-11-24T10:00:00Z');
  return { name, secretId: '0123', digest: 'q-_', keyCheck: 'ab', createdAt: at, rotatedAt: at, ...given };
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`service accounts: ${name}`, { skip }, () => {
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

    it('are none at first, and come back whole and by name from another handle', async () => {
      const store = createServiceAccountStore(handle);
      assert.deepEqual(await store.list(), []);
      const zoo = account('zoo');
      const archive = account('Archive', { rotatedAt: new Date('2026-12-01T00:00:01Z') });
      await store.add(zoo);
      await store.add(archive);
      const second = await openTestDatabase(database);
      assert.deepEqual(await createServiceAccountStore(second).list(), [archive, zoo]);
      await second.close();
    });

    it('bear a name once, in whatever case', async () => {
      const store = createServiceAccountStore(handle);
      await store.add(account('archive'));
      await assert.rejects(store.add(account('ARCHIVE', { digest: 'x' })), isDomainError('conflict', /"ARCHIVE"/));
      const tries = ['one', 'ONE', 'One'].map((each) => store.add(account(each)));
      assert.equal((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await store.list()).length, 2);
      assert.deepEqual((await store.list())[0], account('archive'));
    });

    it('are replaced and removed by name, and refused when there are none', async () => {
      const store = createServiceAccountStore(handle);
      await store.add(account('archive'));
      await store.replace(account('archive', { digest: 'new' }));
      assert.deepEqual(await store.list(), [account('archive', { digest: 'new' })]);
      await assert.rejects(store.replace(account('other')), isDomainError('not_found', /"other"/));
      await assert.rejects(store.remove('other'), isDomainError('not_found', /"other"/));
      await store.remove('ARCHIVE');
      assert.deepEqual(await store.list(), []);
    });
  });
}
