import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ParkedAccount } from '../../sidecar/core/ports/parked-accounts.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createParkedAccounts } from '../../sidecar/storage/parked-accounts.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

function park(address: string, given: Partial<ParkedAccount> = {}): ParkedAccount {
  return { address, reason: 'no answer', attempts: 1, nextTryAt: new Date('2026-01-02T03:04:05.678Z'), ...given };
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`parked accounts: ${name}`, { skip }, () => {
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

    it('are none at first, and replace the former ones of their source alone', async () => {
      const parked = createParkedAccounts(handle);
      assert.deepEqual(await parked.list('main'), []);
      const other = [park('zoe@example.org')];
      await parked.replace('other', other);
      await parked.replace('main', [park('bob@example.com'), park('alice@example.com', { attempts: 3 })]);
      const next = [park('carol@example.com', { reason: `'; DROP TABLE users;--\n数` })];
      await parked.replace('main', next);
      const second = await openTestDatabase(database);
      assert.deepEqual(await createParkedAccounts(second).list('main'), next);
      assert.deepEqual(await createParkedAccounts(second).list('other'), other);
      await second.close();
      await parked.replace('main', []);
      assert.deepEqual(await parked.list('main'), []);
    });

    it('keep their order, odd addresses and many of them', async () => {
      const parked = createParkedAccounts(handle);
      const many = Array.from({ length: 2_500 }, (_, index) => park(`User ${(index * 7) % 2_500}@EXAMPLE.com`));
      const odd = [park(''), park('same@example.com'), park('same@example.com'), park('長'.repeat(5_000)), ...many];
      await parked.replace('main', odd);
      assert.deepEqual(await parked.list('main'), odd);
    });

    it('stay as they were when the new ones cannot be kept', async () => {
      const parked = createParkedAccounts(handle);
      const before = [park('alice@example.com')];
      await parked.replace('main', before);
      for (const given of [{ reason: 'a\0b' }, { nextTryAt: new Date(Number.NaN) }]) {
        await assert.rejects(
          parked.replace('main', [park('bob@example.com'), park('carol@example.com', given)]),
          isDomainError('invalid_input', /carol@example\.com/),
        );
      }
      assert.deepEqual(await parked.list('main'), before);
    });
  });
}
