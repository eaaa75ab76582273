import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { QueryTypes } from 'sequelize';
import type { StoredAppPassword } from '../../sidecar/core/app-passwords.ts';
import { createAppPasswordStore } from '../../sidecar/storage/app-password-store.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const limits = { perUser: 3, inAll: 5 };
const dayMs = 86_400_000;

function password(id: string, given: Partial<StoredAppPassword> = {}): StoredAppPassword {
  return {
    ...{ id, userId: 'u1', name: id, digest: `digest-${id}`, keyCheck: 'ab', listeners: [], networks: [] },
    createdAt: new Date('2026-11-24T10:00:00Z'),
    lastUsedOn: undefined,
    ...given,
  };
}

for (const { name, skip, create } of databaseProducts()) {
  describe(`app passwords: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handle: Database;
    const clock = createManualClock();
    beforeEach(async () => {
      database = await create();
      handle = await openTestDatabase(database);
    });
    afterEach(async () => {
      await handle.close();
      await database.remove();
    });

    it("come back whole, the user's own alone and by name, from another handle", async () => {
      const store = createAppPasswordStore(handle, clock);
      const tablet = password('2', { name: "tablet'; -- sqlite_master", listeners: ['dmz'], networks: ['::1/128'] });
      const phone = password('1', { name: 'Phone', lastUsedOn: '2026-11-01' });
      for (const each of [tablet, phone, password('3', { userId: 'u2' })]) await store.add(each, limits);
      const second = await openTestDatabase(database);
      assert.deepEqual(await createAppPasswordStore(second, clock).listOf('u1'), [phone, tablet]);
      assert.deepEqual(await createAppPasswordStore(second, clock).listOf('u3'), []);
      await second.close();
    });

    it('bear a name once for a user, in whatever case, and end at the limits', async () => {
      const store = createAppPasswordStore(handle, clock);
      const tries = ['one', 'ONE', 'One'].map((each, index) => store.add(password(`${index}`, { name: each }), limits));
      assert.equal((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length, 1);
      await store.add(password('4', { userId: 'u2', name: 'one' }), limits);
      for (const id of ['5', '6']) await store.add(password(id), limits);
      await assert.rejects(store.add(password('7'), limits), isDomainError('conflict', /the user has 3 app passwords/));
      await store.add(password('8', { userId: 'u3' }), limits);
      await assert.rejects(
        store.add(password('9', { userId: 'u4' }), limits),
        isDomainError('conflict', /there are 5 app passwords/),
      );
    });

    it('tell every change once, in order and in parts, removals too', async () => {
      const store = createAppPasswordStore(handle, clock);
      assert.deepEqual(await store.readChanges(0), { changes: [], upTo: 0, hasMore: false });
      for (const id of ['1', '2']) await store.add(password(id), limits);
      const first = await store.readChanges(0);
      assert.deepEqual(first.changes, [
        { kind: 'added', password: password('1') },
        { kind: 'added', password: password('2') },
      ]);
      assert.equal(await store.remove('u1', '2'), '2');
      await store.add(password('3', { name: '2' }), limits);
      const next = await store.readChanges(first.upTo);
      assert.deepEqual(next.changes, [
        { kind: 'removed', id: '2' },
        { kind: 'added', password: password('3', { name: '2' }) },
      ]);
      assert.deepEqual((await store.readChanges(next.upTo)).changes, []);
      const rows = await handle.sequelize.query<{ digest: string }>(`SELECT digest FROM app_passwords WHERE id = '2'`, {
        type: QueryTypes.SELECT,
      });
      assert.deepEqual(rows, [{ digest: '' }], 'nothing of a removed password is left');
      await assert.rejects(store.remove('u1', 'phone'), isDomainError('not_found', /"phone"/));
      await assert.rejects(store.remove('u2', '1'), isDomainError('not_found', /"1"/));
    });

    it('that were removed are forgotten after a month, and no number comes twice', async () => {
      const later = createManualClock();
      const store = createAppPasswordStore(handle, later);
      await store.add(password('1'), limits);
      await store.remove('u1', '1');
      const { upTo } = await store.readChanges(0);
      await later.advance(31 * dayMs);
      await store.add(password('2'), limits);
      assert.deepEqual((await store.readChanges(0)).changes, [{ kind: 'added', password: password('2') }]);
      assert.ok((await store.readChanges(0)).upTo > upTo);
    });

    it('keep the last day of use, which never goes back and is no change', async () => {
      const store = createAppPasswordStore(handle, clock);
      for (const id of ['1', '2']) await store.add(password(id), limits);
      const { upTo } = await store.readChanges(0);
      await store.noteUses(
        new Map([
          ['1', '2026-11-24'],
          ['9', '2026-11-24'],
        ]),
      );
      await store.noteUses(
        new Map([
          ['1', '2026-11-23'],
          ['2', '2026-11-25'],
        ]),
      );
      assert.deepEqual(
        (await store.listOf('u1')).map(({ lastUsedOn }) => lastUsedOn),
        ['2026-11-24', '2026-11-25'],
      );
      assert.deepEqual((await store.readChanges(upTo)).changes, []);
    });
  });
}
