import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { buildChange, buildCompany, buildRun, buildUser } from './directory-builders.ts';
import { describeDirectoryStore } from './directory-store.ts';

async function createFile(): Promise<{
  path: string;
  open: () => ReturnType<typeof openStore>;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-store-'));
  const path = join(folder, 'sidecar.sqlite');
  return { path, open: () => openStore(path), remove: () => rm(folder, { recursive: true }) };
}

async function openStore(path: string) {
  return createDirectoryStore(await openDatabase({ url: `sqlite:${path}`, log: silentLog }));
}

describeDirectoryStore('SQLite file', createFile);

describe('directory store: SQLite file, killed', () => {
  async function killCommitting(path: string, users: number, when: () => Promise<void>): Promise<string> {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./committing-process.ts', import.meta.url)), `sqlite:${path}`, String(users)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const ended = once(child, 'close');
    while (!output.includes('committing') && child.exitCode === null) await sleep(5);
    await when();
    child.kill('SIGKILL');
    await ended;
    return output;
  }

  for (const [when, condition] of [
    ['at its beginning', () => sleep(60)],
    ['in the middle', () => sleep(400)],
  ] as const) {
    it(`holds the old directory after a kill -9 of a commit ${when}`, async () => {
      const file = await createFile();
      try {
        const first = await file.open();
        await first.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
        const before = await first.load();
        await first.close();
        assert.doesNotMatch(await killCommitting(file.path, 8_000, condition), /committed/);
        const store = await file.open();
        assert.deepEqual(await store.load(), before);
        assert.equal((await store.lastRuns(9)).length, 1);
        assert.equal(await store.commit(1, buildCompany(100), buildRun()), 2);
        await store.close();
      } finally {
        await file.remove();
      }
    });
  }

  it('holds the old directory when part of the new one had reached the disk, with another handle open', async () => {
    const file = await createFile();
    try {
      const store = await file.open();
      await store.commit(0, buildChange({ users: [buildUser('alice')] }), buildRun());
      const before = await store.load();
      const logSize = async () => (await stat(`${file.path}-wal`)).size;
      const begun = await logSize();
      const output = await killCommitting(file.path, 20_000, async () => {
        const giveUpAt = Date.now() + 20_000;
        while ((await logSize()) < begun + 1_000_000 && Date.now() < giveUpAt) await sleep(10);
      });
      assert.doesNotMatch(output, /committed/);
      assert.ok((await logSize()) >= begun + 1_000_000, 'nothing of the commit was on the disk');
      assert.deepEqual(await store.load(), before);
      assert.equal(await store.commit(1, buildCompany(100), buildRun()), 2);
      assert.equal((await store.load()).users.size, 101);
      await store.close();
    } finally {
      await file.remove();
    }
  });
});
