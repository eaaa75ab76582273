import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { AuditHead } from '../../sidecar/core/ports/audit-heads.ts';
import { createAuditHeads } from '../../sidecar/storage/audit-heads.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const headOf = (chain: string, lastNumber: number): AuditHead => {
  return { chain, location: 'mail01:/var/log/audit.log', firstNumber: 1, lastNumber, lastMac: 'mac', seal: 'seal' };
};

for (const { name, skip, create } of databaseProducts()) {
  describe(`audit heads: ${name}`, { skip }, () => {
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

    it('are kept one per chain, replaced and removed, numbers as numbers', async () => {
      const heads = createAuditHeads(handle);
      assert.deepEqual(await heads.list(), []);
      await heads.save(headOf('b', 1));
      await heads.save(headOf('a', 7));
      const later = { ...headOf('b', 2 ** 40), firstNumber: 5, lastMac: 'other' };
      await heads.save(later);
      assert.deepEqual(await heads.list(), [headOf('a', 7), later]);
      await heads.remove('a');
      await heads.remove('a');
      assert.deepEqual(await createAuditHeads(handle).list(), [later]);
    });

    it('reject when the database is closed', async () => {
      const heads = createAuditHeads(handle);
      await heads.save(headOf('a', 1));
      await handle.close();
      await assert.rejects(heads.save(headOf('a', 2)), isDomainError('upstream_unavailable', /closed/));
    });
  });
}
