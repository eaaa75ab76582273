import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createRunLock } from '../../../sidecar/storage/run-lock.ts';
import { stateFileOf } from '../../../sidecar/storage/sqlite/location.ts';
import { isDomainError } from '../../contract/directory-store.ts';

describe('the file of expiring state', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-state-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = () => openDatabase({ url: `sqlite:${join(folder, 'sidecar.sqlite')}`, log: silentLog });

  it('lies beside the database, is made when it is needed, and is for its owner alone', async () => {
    assert.equal(stateFileOf('/data/x.y/sidecar'), '/data/x.y/sidecar.state');
    const database = await open();
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('state')),
      [],
    );
    await createRunLock(database).acquire('sync', 1_000);
    assert.equal(((await stat(join(folder, 'sidecar.state.sqlite'))).mode & 0o777).toString(8), '600');
    await database.close();
    await database.close();
    await assert.rejects(
      createRunLock(database).acquire('sync', 1_000),
      isDomainError('upstream_unavailable', /closed/),
    );
  });

  it('that cannot be used fails the lock, until it can', async () => {
    const path = join(folder, 'sidecar.state.sqlite');
    await writeFile(path, 'no database\n'.repeat(1_000), { mode: 0o600 });
    const database = await open();
    const lock = createRunLock(database);
    await assert.rejects(lock.acquire('sync', 1_000), isDomainError('invalid_input', /state\.sqlite is not a SQLite/));
    await rm(path);
    assert.equal((await lock.acquire('sync', 1_000)).kind, 'held');
    await database.close();
  });
});
