import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import sqlite3 from 'sqlite3';
import type { Log } from '../../../sidecar/core/ports/log.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../sidecar/storage/directory-store.ts';
import { buildChange, buildRun, buildUser } from '../../contract/directory-builders.ts';
import { isDomainError } from '../../contract/directory-store.ts';
import { runUnprivileged } from './unprivileged.ts';

describe('opening the database', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-open-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (url: string, log: Log = silentLog) => openDatabase({ url, log, lockTimeoutMs: 200 });
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  async function runRaw(path: string, ...statements: string[]): Promise<sqlite3.Database> {
    const raw = new sqlite3.Database(path);
    for (const statement of statements) {
      await new Promise<void>((resolve, reject) => raw.exec(statement, (error) => (error ? reject(error) : resolve())));
    }
    return raw;
  }
  const closeRaw = (raw: sqlite3.Database) => new Promise<void>((resolve) => raw.close(() => resolve()));

  it('makes the folders (700) and the file with its side files (600), whatever the umask is', async () => {
    const previous = process.umask(0);
    try {
      const path = join(folder, 'a', 'b', 'x.sqlite');
      const database = await open(`sqlite:${path}`);
      await database.write(async () => {});
      for (const made of [join(folder, 'a'), join(folder, 'a', 'b')]) assert.equal(await modeOf(made), '700');
      for (const made of [path, `${path}-wal`, `${path}-shm`]) assert.equal(await modeOf(made), '600');
      await database.close();
    } finally {
      process.umask(previous);
    }
  });

  it('warns when others can read an existing file, and leaves it as it is', async () => {
    const path = join(folder, 'x.sqlite');
    await writeFile(path, '');
    await chmod(path, 0o644);
    const warnings: string[] = [];
    const database = await open(`sqlite:${path}`, { ...silentLog, warn: (message) => warnings.push(message) });
    await database.close();
    assert.match(warnings.join(), /chmod 600/);
    assert.equal(await modeOf(path), '644');
  });

  it('keeps what it holds from one opening to the next, also with three slashes in the URL', async () => {
    const path = join(folder, 'ü name?#%20.sqlite');
    const first = createDirectoryStore(await open(`sqlite:${path}`));
    await first.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
    await first.close();
    const second = createDirectoryStore(await open(`SQLITE://${path}`));
    assert.equal((await second.load()).users.size, 1);
    await second.close();
  });

  const wrong: [url: string, text: RegExp][] = [
    ['', /database\.url has no scheme; write sqlite:<path>/],
    ['data/sidecar.sqlite', /has no scheme/],
    ['mysql://root:hunter2@db/x', /the scheme "mysql:", which is not supported/],
    ['sqlite:', /names no file/],
    ['sqlite:data/', /names no file/],
    ['sqlite://host/x.sqlite', /names a host/],
  ];
  for (const [url, text] of wrong) {
    it(`refuses ${JSON.stringify(url)} and repeats no password`, async () => {
      await assert.rejects(
        open(url),
        (error) => isDomainError('invalid_input', text)(error) && !/hunter2/.test(String(error)),
      );
    });
  }

  it('refuses a file that is no database and leaves it alone', async () => {
    const path = join(folder, 'letter.txt');
    const text = 'Dear administrator,\n'.repeat(500);
    await writeFile(path, text, { mode: 0o600 });
    await assert.rejects(
      open(`sqlite:${path}`),
      isDomainError('invalid_input', /letter\.txt is not a SQLite database; set database\.url/),
    );
    assert.equal(await readFile(path, 'utf8'), text);
  });

  it('refuses a folder', async () => {
    await assert.rejects(open(`sqlite:${folder}`), isDomainError('invalid_input', /is not a file/));
  });

  it("refuses another program's database and adds nothing to it", async () => {
    const path = join(folder, 'x.sqlite');
    await closeRaw(await runRaw(path, 'CREATE TABLE mails (id INTEGER)'));
    const before = await readFile(path);
    await assert.rejects(open(`sqlite:${path}`), isDomainError('invalid_input', /belongs to another program/));
    assert.deepEqual(await readFile(path), before);
  });

  it('refuses a database that a newer version has made', async () => {
    const path = join(folder, 'x.sqlite');
    await (await open(`sqlite:${path}`)).close();
    await closeRaw(await runRaw(path, "INSERT INTO schema_migrations (name) VALUES ('9999-later')"));
    await assert.rejects(
      open(`sqlite:${path}`),
      isDomainError(
        'unsupported',
        /newer version.*migration 9999-later is unknown.*install that version or restore a backup/,
      ),
    );
  });

  it('refuses a folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(
      open(`sqlite:${join(folder, 'file', 'sub', 'x.sqlite')}`),
      isDomainError('upstream_unavailable', /the folder .* cannot be made/),
    );
  });

  it('gives up on a database that another program keeps locked, and names it', async () => {
    const path = join(folder, 'x.sqlite');
    await (await open(`sqlite:${path}`)).close();
    const raw = await runRaw(path, 'PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', 'DELETE FROM users');
    await assert.rejects(
      open(`sqlite:${path}`),
      isDomainError('upstream_unavailable', /x\.sqlite is locked by another program/),
    );
    await closeRaw(raw);
    await (await open(`sqlite:${path}`)).close();
  });

  it('refuses at once what its user may not write', async () => {
    const path = join(folder, 'x.sqlite');
    await (await open(`sqlite:${path}`)).close();
    await chmod(folder, 0o755);
    await chmod(path, 0o644);
    assert.match(
      await runUnprivileged(path),
      /upstream_unavailable: the database .*x\.sqlite cannot be read and written.*give the user/,
    );
    await chmod(path, 0o666);
    assert.match(await runUnprivileged(path), /upstream_unavailable: the folder .* cannot be read and written/);
    const hidden = join(folder, 'hidden');
    await mkdir(hidden, { mode: 0o700 });
    assert.match(
      await runUnprivileged(join(hidden, 'x.sqlite')),
      /upstream_unavailable: the database .* cannot be reached/,
    );
    await chmod(folder, 0o777);
    assert.match(await runUnprivileged(path), /^opened$/);
  });
});
