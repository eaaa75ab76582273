import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryTypes } from 'sequelize';
import type { ExpiringStore } from '../../sidecar/core/ports/expiring-store.ts';
import { Secret } from '../../sidecar/core/secret.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createExpiringStore } from '../../sidecar/storage/expiring/expiring-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const key = new Secret('k'.repeat(43));
const inAnHour = () => new Date(Date.now() + 3_600_000);

for (const { name, skip, create } of databaseProducts()) {
  describe(`expiring store: ${name}`, { skip }, () => {
    let database: TestDatabase;
    const handles: Database[] = [];
    const stores: ExpiringStore[] = [];
    const open = async (secret = key) => {
      const handle = await openTestDatabase(database);
      handles.push(handle);
      const store = await createExpiringStore(handle, { key: secret });
      stores.push(store);
      return store;
    };
    let store: ExpiringStore;
    beforeEach(async () => {
      database = await create();
      store = await open();
    });
    afterEach(async () => {
      for (const each of stores.splice(0)) await each.close();
      for (const each of handles.splice(0)) await each.close();
      await database.remove();
    });
    const readRows = async () => {
      const state = await handles[0]?.openState();
      return state?.sequelize.query<Record<string, unknown>>('SELECT * FROM expiring_entries', {
        type: QueryTypes.SELECT,
      });
    };

    it('lists the accounts that own anything, page by page, each once', async () => {
      for (const [index, accountId] of ['c', 'a', 'b', 'a', undefined].entries()) {
        await store.put('Grant', `g${index}`, '{}', inAnHour(), { accountId });
      }
      assert.deepEqual(await store.listAccounts('', 2), ['a', 'b']);
      assert.deepEqual(await store.listAccounts('b', 2), ['c']);
      await store.removeAccount('c');
      assert.deepEqual(await store.listAccounts('b', 2), []);
    });

    it('gives back what was put, and nothing for another model or id', async () => {
      await store.put('AccessToken', 'a1', '{"text":"grün \\u0000"}', inAnHour(), {});
      assert.deepEqual(await store.find('AccessToken', 'a1'), {
        payload: '{"text":"grün \\u0000"}',
        consumedAt: undefined,
      });
      assert.equal(await store.find('RefreshToken', 'a1'), undefined);
      assert.equal(await store.find('AccessToken', 'a2'), undefined);
    });

    it('puts a new entry, not consumed, in the place of one with the same id', async () => {
      await store.put('Session', 's', '1', inAnHour(), { uid: 'u1' });
      await store.consume('Session', 's');
      await store.put('Session', 's', '2', inAnHour(), { uid: 'u2' });
      assert.deepEqual(await store.find('Session', 's'), { payload: '2', consumedAt: undefined });
      assert.equal(await store.findByUid('Session', 'u1'), undefined);
      assert.equal((await store.findByUid('Session', 'u2'))?.payload, '2');
    });

    it('gives nothing out after its time', async () => {
      await store.put('Session', 's', '1', new Date(Date.now() + 150), { uid: 'u', accountId: 'a' });
      assert.equal((await store.find('Session', 's'))?.payload, '1');
      await sleep(200);
      assert.equal(await store.find('Session', 's'), undefined);
      assert.equal(await store.findByUid('Session', 'u'), undefined);
      assert.deepEqual(await store.listByAccount('Session', 'a'), []);
    });

    it('keeps what has no time until it is removed', async () => {
      await store.put('Grant', 'g', '1', undefined, {});
      assert.equal(await store.removeExpired(10), 0);
      assert.equal((await store.find('Grant', 'g'))?.payload, '1');
      await store.remove('Grant', 'g');
      assert.equal(await store.find('Grant', 'g'), undefined);
    });

    it('lets one of many consume an entry, in whatever process', async () => {
      const other = await open();
      await store.put('AuthorizationCode', 'c', '1', inAnHour(), {});
      const tries = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).consume('AuthorizationCode', 'c'),
      );
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1);
      assert.ok((await other.find('AuthorizationCode', 'c'))?.consumedAt instanceof Date);
      assert.equal(await store.consume('AuthorizationCode', 'none'), false);
    });

    it('removes the entries of a grant and leaves others', async () => {
      await store.put('AccessToken', 'a', '1', inAnHour(), { grantId: 'g1' });
      await store.put('RefreshToken', 'r', '1', inAnHour(), { grantId: 'g1' });
      await store.put('AccessToken', 'b', '1', inAnHour(), { grantId: 'g2' });
      await store.removeGrant('g1');
      assert.equal(await store.find('AccessToken', 'a'), undefined);
      assert.equal(await store.find('RefreshToken', 'r'), undefined);
      assert.ok(await store.find('AccessToken', 'b'));
    });

    it('lists and removes what belongs to an account, of one client where it is named', async () => {
      await store.put('Grant', 'g1', '1', inAnHour(), { grantId: 'g1', accountId: 'jane', clientId: 'wiki' });
      await store.put('Grant', 'g2', '2', inAnHour(), { grantId: 'g2', accountId: 'jane', clientId: 'shop' });
      await store.put('Grant', 'g3', '3', inAnHour(), { grantId: 'g3', accountId: 'bob', clientId: 'wiki' });
      const payloads = async (account: string) =>
        (await store.listByAccount('Grant', account)).map(({ payload, clientId }) => `${payload} ${clientId}`).sort();
      assert.deepEqual(await payloads('jane'), ['1 wiki', '2 shop']);
      await store.removeAccount('jane', 'wiki');
      assert.deepEqual(await payloads('jane'), ['2 shop']);
      await store.removeAccount('jane');
      assert.deepEqual(await payloads('jane'), []);
      assert.deepEqual(await payloads('bob'), ['3 wiki']);
    });

    it('removes expired entries in steps', async () => {
      const past = new Date(Date.now() - 1);
      for (let index = 0; index < 25; index++) await store.put('Session', `s${index}`, '1', past, {});
      await store.put('Session', 'alive', '1', inAnHour(), {});
      assert.deepEqual(
        [await store.removeExpired(10), await store.removeExpired(10), await store.removeExpired(10)],
        [10, 10, 5],
      );
      assert.equal((await readRows())?.length, 1);
    });

    it('tells a thief of the database neither tokens nor names', async () => {
      await store.put('AccessToken', 'token-of-jane', '{"jti":"token-of-jane","name":"Jane"}', inAnHour(), {
        uid: 'uid-of-jane',
      });
      const text = JSON.stringify(await readRows());
      for (const secret of ['token-of-jane', 'Jane', 'uid-of-jane']) assert.ok(!text.includes(secret), secret);
      const stranger = await open(new Secret('x'.repeat(43)));
      assert.equal(await stranger.find('AccessToken', 'token-of-jane'), undefined);
    });

    it('does not open a payload that was moved to another row', async () => {
      await store.put('AccessToken', 'mine', 'mine', inAnHour(), {});
      await store.put('AccessToken', 'yours', 'yours', inAnHour(), {});
      const state = await handles[0]?.openState();
      const rows = (await readRows()) ?? [];
      const [one, two] = rows;
      await state?.sequelize.query('UPDATE expiring_entries SET sealed = :sealed WHERE id_hash = :id', {
        replacements: { sealed: one?.sealed, id: two?.id_hash },
      });
      const found = [await store.find('AccessToken', 'mine'), await store.find('AccessToken', 'yours')];
      assert.equal(found.filter((entry) => entry !== undefined).length, 1);
    });

    it('keeps each of many writes made at once, and refuses one that is too large without hurting the others', async () => {
      const puts = Array.from({ length: 500 }, (_, index) =>
        store.put('Session', `s${index}`, `${index}`, inAnHour(), {}),
      );
      await assert.rejects(
        store.put('Session', 'large', 'x'.repeat(100_000), inAnHour(), {}),
        isDomainError('invalid_input', /too large/),
      );
      await Promise.all(puts);
      assert.equal((await readRows())?.length, 500);
      assert.equal((await store.find('Session', 's499'))?.payload, '499');
    });

    it('rejects as unavailable when the database is closed', async () => {
      await store.close();
      const isClosed = isDomainError('upstream_unavailable', /closed/);
      await assert.rejects(store.put('Session', 's', '1', inAnHour(), {}), isClosed);
      await assert.rejects(store.find('Session', 's'), isClosed);
    });
  });
}
