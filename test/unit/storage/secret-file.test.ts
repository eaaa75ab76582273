import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { createSecretFile } from '../../../sidecar/storage/secret-file.ts';
import { isDomainError } from '../../contract/directory-store.ts';

describe('the secret key in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-secret-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const source = (file?: string, databaseUrl = `sqlite:${join(folder, 'data', 'x.sqlite')}`, warn = () => {}) =>
    createSecretFile({ file, databaseUrl, log: { ...silentLog, warn } });

  it('is made beside the database at first use, for its owner alone, and is the same from then on', async () => {
    const key = source();
    assert.equal(await key.read(), undefined);
    const made = await key.readOrMake();
    const path = join(folder, 'data', 'x.secret');
    assert.equal(key.place, path);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(folder, 'data')), ['x.secret']);
    for (const again of [await key.readOrMake(), await source().read()]) assert.equal(again?.reveal(), made.reveal());
  });

  it('is made once when many ask at the same time', async () => {
    const file = join(folder, 'k');
    const keys = await Promise.all(Array.from({ length: 20 }, () => source(file).readOrMake()));
    assert.equal(new Set(keys.map((key) => key.reveal())).size, 1);
    assert.deepEqual(await readdir(folder), ['k']);
  });

  it('is taken from the file that is named, whatever the database', async () => {
    const file = join(folder, 'k');
    await writeFile(file, `${'a'.repeat(43)}\n`, { mode: 0o600 });
    assert.equal((await source(file, 'postgres://h/d').read())?.reveal(), 'a'.repeat(43));
  });

  for (const url of ['postgres://user:hunter2@host/db', 'sqlite::memory:']) {
    it(`has no place beside ${url.replace(/\/\/.*/, '')} and must be named`, async () => {
      assert.equal(await source(undefined, url).read(), undefined);
      await assert.rejects(source(undefined, url).readOrMake(), (error) => {
        assert.ok(!String(error).includes('hunter2'));
        return isDomainError('invalid_input', /name a file in security\.secretFile/)(error);
      });
    });
  }

  it('is refused, and never replaced, when the file holds no key', async () => {
    const file = join(folder, 'k');
    for (const text of ['', 'short', 'a b'.repeat(40), 'a'.repeat(5_000), '\0'.repeat(64)]) {
      await writeFile(file, text, { mode: 0o600 });
      for (const ask of ['read', 'readOrMake'] as const) {
        await assert.rejects(source(file)[ask](), isDomainError('invalid_input', /holds no key/));
      }
      assert.equal(await readFile(file, 'utf8'), text);
    }
  });

  it('is refused when it is a folder or below a file', async () => {
    await mkdir(join(folder, 'k'));
    await assert.rejects(
      source(join(folder, 'k')).readOrMake(),
      isDomainError('invalid_input', /k (is not a file|cannot be read)/),
    );
    await writeFile(join(folder, 'f'), '');
    await assert.rejects(source(join(folder, 'f', 'k')).readOrMake(), isDomainError('invalid_input', /cannot be/));
  });

  it('is warned about, once, when others can read it', { skip: process.platform === 'win32' }, async () => {
    let warnings = 0;
    const file = join(folder, 'k');
    const key = source(file, undefined, () => {
      warnings += 1;
    });
    await key.readOrMake();
    assert.equal(warnings, 0);
    await chmod(file, 0o644);
    await key.read();
    await key.read();
    assert.equal(warnings, 1);
  });
});
