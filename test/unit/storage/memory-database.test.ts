import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../sidecar/storage/directory-store.ts';
import { keptRuns } from '../../../sidecar/storage/run-records.ts';
import { buildChange, buildCompany, buildRun, buildUser, idOf } from '../../contract/directory-builders.ts';

describe('a database in memory', () => {
  const open = async () => createDirectoryStore(await openDatabase({ url: 'sqlite::memory:', log: silentLog }));

  it('gives each handle a database of its own', async () => {
    const [first, second] = [await open(), await open()];
    await first.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    assert.deepEqual([await first.generation(), await second.generation()], [1, 0]);
    await first.close();
    await second.close();
  });

  it('shows no unfinished commit to work that runs beside it', async () => {
    const store = await open();
    const dangling = buildUser('zoe', { memberships: [{ groupId: idOf('none'), direct: true }] });
    const results = await Promise.allSettled([
      store.commit(0, buildCompany(200), buildRun()),
      store.load(),
      store.commit(1, buildChange({ users: [buildUser('alice'), dangling] }), buildRun()),
      store.generation(),
      store.recordRun(buildRun({ outcome: 'failed' })),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    const { generation, users } = await store.load();
    assert.deepEqual([generation, users.size], [1, 200]);
    await store.close();
  });

  it('drops the oldest records of runs', async () => {
    const database = await openDatabase({ url: 'sqlite::memory:', log: silentLog });
    const store = createDirectoryStore(database);
    const old = buildRun();
    await store.recordRun(old);
    await store.recordRun(buildRun());
    await database.tables.syncRuns.update({ number: keptRuns }, { where: { number: 2 } });
    await store.recordRun(buildRun());
    const kept = await store.lastRuns(keptRuns);
    assert.equal(kept.length, 2);
    assert.ok(!kept.some(({ id }) => id === old.id));
    await store.close();
  });
});
