import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DatabaseError } from 'sequelize';
import sqlite3 from 'sqlite3';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../sidecar/storage/directory-store.ts';
import { explainSqliteError } from '../../../sidecar/storage/sqlite/faults.ts';
import { buildChange, buildCompany, buildRun, buildUser } from '../../contract/directory-builders.ts';
import { isDomainError } from '../../contract/directory-store.ts';

describe('a database in trouble', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-faults-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('that another program locks: a commit waits, then fails and changes nothing; loads go on', async () => {
    const path = join(folder, 'locked.sqlite');
    const store = createDirectoryStore(
      await openDatabase({ url: `sqlite:${path}`, log: silentLog, lockTimeoutMs: 1_200 }),
    );
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    const other = new sqlite3.Database(path);
    const run = (sql: string) =>
      new Promise<void>((resolve, reject) => other.exec(sql, (e) => (e ? reject(e) : resolve())));
    await run('BEGIN IMMEDIATE');
    const begun = performance.now();
    const commit = () => store.commit(1, buildChange({ users: [buildUser('bob')] }), buildRun());
    const locked = isDomainError(
      'upstream_unavailable',
      /locked\.sqlite is locked by another program; wait .*nothing was changed/,
    );
    await assert.rejects(commit(), locked);
    assert.ok(performance.now() - begun >= 1_150, 'did not wait');
    await assert.rejects(store.recordRun(buildRun()), locked);
    assert.equal((await store.load()).users.size, 1);
    const waiting = commit();
    await run('ROLLBACK');
    assert.equal(await waiting, 2);
    await new Promise<void>((resolve) => other.close(() => resolve()));
    await store.close();
  });

  it('that vanishes while in use is a failure, not an empty directory', async () => {
    const path = join(folder, 'vanishing', 'x.sqlite');
    const store = createDirectoryStore(await openDatabase({ url: `sqlite:${path}`, log: silentLog }));
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    await rm(join(folder, 'vanishing'), { recursive: true });
    await assert.rejects(store.load(), isDomainError('upstream_unavailable', /x\.sqlite cannot be opened/));
    await assert.rejects(
      store.commit(1, buildChange({}), buildRun()),
      isDomainError('upstream_unavailable', /cannot be opened/),
    );
    await store.close();
  });

  it('that cannot grow fails the commit, keeps the old directory and works again afterwards', async () => {
    const path = join(folder, 'full.sqlite');
    const store = createDirectoryStore(await openDatabase({ url: `sqlite:${path}`, log: silentLog }));
    await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    const program = fileURLToPath(new URL('./commit-program.ts', import.meta.url));
    // A limit on the size of files stands for a full disk: 2,000 blocks of 1,024 bytes.
    const limited = ['-c', 'ulimit -f 2000; exec "$@"', 'bash', process.execPath, program, path];
    const { stdout } = await promisify(execFile)('bash', limited);
    const { outcomes, handles, ...rest } = JSON.parse(stdout);
    for (const outcome of outcomes) {
      assert.match(
        outcome,
        /^upstream_unavailable: .*full\.sqlite (cannot grow|cannot be read or written).*free .*space/,
      );
    }
    assert.deepEqual(rest, { generation: 1, users: 1, next: 2 });
    // SQLite keeps one closed handle for reuse; a connection left behind by each failure would go on adding.
    assert.ok(Math.max(...handles) <= 2, `handles ${handles}`);
    assert.equal((await store.load()).users.size, 2);
    await store.commit(2, buildCompany(100), buildRun());
    await store.close();
  });

  it('is told apart from a fault of the program, however the error is wrapped', () => {
    const full = Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL', sql: '' });
    for (const error of [
      full,
      new DatabaseError(full),
      new Error('migration failed', { cause: new DatabaseError(full) }),
    ]) {
      assert.ok(
        isDomainError(
          'upstream_unavailable',
          /the database x cannot grow, the disk is full/,
        )(explainSqliteError('x', error)),
      );
    }
    const fault = new DatabaseError(Object.assign(new Error('no such column'), { code: 'SQLITE_ERROR', sql: '' }));
    assert.equal(explainSqliteError('x', fault), fault);
    const domainError = new DomainError('conflict', 'y');
    assert.equal(explainSqliteError('x', domainError), domainError);
    assert.equal(explainSqliteError('x', undefined), undefined);
  });
});
