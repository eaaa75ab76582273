import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LogoutQueue } from '../../sidecar/core/ports/logout-queue.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createLogoutQueue } from '../../sidecar/storage/logout-queue.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const at = (second: number) => new Date(1_800_000_000_000 + second * 1000);
const message = (clientId: string, sessionId?: string) => ({ clientId, accountId: 'account-1', sessionId });

for (const { name, skip, create } of databaseProducts()) {
  describe(`logout queue: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handles: Database[];
    let queue: LogoutQueue;
    const open = async () => {
      const handle = await openTestDatabase(database);
      handles.push(handle);
      return createLogoutQueue(handle);
    };
    beforeEach(async () => {
      database = await create();
      handles = [];
      queue = await open();
    });
    afterEach(async () => {
      for (const handle of handles) await handle.close();
      await database.remove();
    });

    it('hands out what is due with its attempts, and hides it until it is due again', async () => {
      await queue.add([message('wiki', 's1')], at(0));
      const [first] = await queue.claim(10, at(1), at(60));
      assert.deepEqual({ ...first, id: '' }, { id: '', ...message('wiki', 's1'), queuedAt: at(0), attempts: 1 });
      assert.deepEqual(await queue.claim(10, at(59), at(120)), []);
      assert.equal((await queue.claim(10, at(60), at(120)))[0]?.attempts, 2);
    });

    it('keeps the same message once, and those of other sessions and clients apart', async () => {
      await queue.add([message('wiki', 's1'), message('wiki', 's1'), message('wiki', 's2'), message('wiki')], at(0));
      await queue.add([message('wiki', 's1'), message('mail', 's1')], at(5));
      const claimed = await queue.claim(10, at(9), at(60));
      assert.deepEqual(claimed.map(({ clientId, sessionId }) => `${clientId} ${sessionId}`).sort(), [
        'mail s1',
        'wiki s1',
        'wiki s2',
        'wiki undefined',
      ]);
    });

    it('postpones and removes', async () => {
      await queue.add([message('wiki', 's1'), message('mail', 's1')], at(0));
      const [one, two] = await queue.claim(10, at(1), at(60));
      assert.ok(one !== undefined && two !== undefined);
      await queue.remove(one.id);
      await queue.postpone(two.id, at(5));
      assert.deepEqual(await queue.claim(10, at(4), at(60)), []);
      assert.deepEqual(
        (await queue.claim(10, at(5), at(60))).map(({ id, attempts }) => [id, attempts]),
        [[two.id, 2]],
      );
      await queue.postpone('unknown', at(5));
      assert.deepEqual(await queue.claim(10, at(59), at(99)), []);
    });

    it('gives a message to one of two processes, the oldest first, and survives both', async () => {
      const other = await open();
      for (let index = 0; index < 30; index += 1) await queue.add([message(`client-${index}`, 's')], at(index));
      const [first] = await queue.claim(1, at(100), at(200));
      assert.equal(first?.clientId, 'client-0');
      const both = (await Promise.all([queue, other].map((each) => each.claim(30, at(100), at(200))))).flat();
      assert.equal(both.length, 29);
      assert.equal(new Set(both.map(({ id }) => id)).size, 29);
      assert.equal((await (await open()).claim(100, at(200), at(300))).length, 30);
    });

    it('rejects once the database is closed', async () => {
      await handles[0]?.close();
      await assert.rejects(queue.add([message('wiki')], at(0)), isDomainError('upstream_unavailable', /./));
    });
  });
}
