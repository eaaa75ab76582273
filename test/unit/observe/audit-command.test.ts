import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { systemClock } from '../../../sidecar/host/system-clock.ts';
import { createAuditLog } from '../../../sidecar/observe/audit.ts';
import { createAuditHeads } from '../../../sidecar/storage/audit-heads.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createSecretFile } from '../../../sidecar/storage/secret-file.ts';
import { makeFolder, runSidecar } from '../../support/sidecar-process.ts';
import { buildLogin } from './support/audit-world.ts';

describe('audit verify', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let path: string;
  let secretFile: string;
  beforeEach(async () => {
    folder = await makeFolder();
    path = join(folder.path, 'audit.log');
    secretFile = join(folder.path, 'data', 'sidecar.secret');
  });
  afterEach(() => folder.remove());

  const run = (...args: string[]) => runSidecar(['audit', 'verify', ...args], { cwd: folder.path });

  /** As the running service does it, with the store on disk. */
  async function write(...names: string[]) {
    const url = `sqlite:${join(folder.path, 'data', 'sidecar.sqlite')}`;
    const database = await openDatabase({ url, log: silentLog });
    const secret = await createSecretFile({ file: secretFile, databaseUrl: '', log: silentLog }).readOrMake();
    const file = { path, maxBytes: 1e6, maxAgeMs: 1e9, keepMs: undefined };
    const heads = createAuditHeads(database);
    const place = { host: hostname(), processId: process.pid };
    const audit = createAuditLog({ file, heads, secret, clock: systemClock, log: silentLog, ...place });
    for (const name of names) audit.write(buildLogin(name));
    await audit.close();
    await database.close();
  }

  it('finds nothing in a sound log, and the line in one that is not', async () => {
    await write('ann', 'bob');
    const sound = await run('--audit-file', 'audit.log');
    assert.equal(sound.stdout, 'the audit log is as it was written (3 lines of 1 runs in 1 files)\n', sound.stderr);
    assert.equal(sound.code, 0);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"bob"', '"eve"'));
    const altered = await run('audit.log');
    assert.match(altered.stdout, /audit\.log line 3 was altered.*\nthe audit log is NOT as it was written/);
    assert.equal(altered.code, 1);
    await writeFile(path, '');
    const emptied = await run('audit.log', '--json');
    assert.equal(emptied.code, 1);
    assert.match(JSON.parse(emptied.stdout).faults[0].what, /lines 1 to 3 of chain .* are missing at its end/);
  });

  it('says what it needs', async () => {
    const unset = await run();
    assert.match(unset.stderr, /audit\.file is not set/);
    const keyless = await run('audit.log');
    assert.match(keyless.stderr, /sidecar\.secret does not exist/);
    await write();
    const missing = await run('other.log');
    assert.match(missing.stderr, /other\.log does not exist, and the store knows of no lines/);
    assert.deepEqual([unset.code, keyless.code, missing.code], [1, 1, 1]);
    assert.equal(((await stat(secretFile)).mode & 0o777).toString(8), '600');
  });
});
