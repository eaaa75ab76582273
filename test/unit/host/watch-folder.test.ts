import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FolderWatch, watchFolder } from '../../../sidecar/host/watch-folder.ts';

describe('watching a folder', () => {
  let root: string;
  let watch: FolderWatch | undefined;
  let calls = 0;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'watch-'));
    calls = 0;
  });
  afterEach(async () => {
    await watch?.stop();
    await rm(root, { recursive: true });
  });

  const start = async (directory: string, onChange = async () => {}) => {
    watch = await watchFolder({
      directory,
      isMeant: (name) => name.endsWith('.yaml'),
      onChange: async () => {
        calls += 1;
        await onChange();
      },
      settleMs: 40,
      lookMs: 120,
    });
  };
  const untilCalls = async (wanted: number) => {
    for (let waited = 0; calls < wanted && waited < 3_000; waited += 10) await sleep(10);
    assert.equal(calls, wanted);
  };

  it('tells of a file that comes, changes and goes, and of no other', async () => {
    await start(root);
    await writeFile(join(root, 'a.yaml'), 'one');
    await untilCalls(1);
    await writeFile(join(root, 'a.yaml'), 'two');
    await untilCalls(2);
    await writeFile(join(root, 'a.txt'), 'x');
    await sleep(300);
    assert.equal(calls, 1 + 1);
    await rm(join(root, 'a.yaml'));
    await untilCalls(3);
  });

  it('tells once of an edit in several steps', async () => {
    await start(root);
    for (const text of ['v', 've', 'version: 1']) await writeFile(join(root, 'a.yaml'), text);
    await sleep(400);
    assert.equal(calls, 1);
  });

  it('notices a folder that comes later, and a link that leads elsewhere', async () => {
    const folder = join(root, 'late');
    await start(folder);
    await mkdir(folder);
    await untilCalls(1);
    await mkdir(join(root, 'one'));
    await mkdir(join(root, 'two'));
    for (const name of ['one', 'two']) await writeFile(join(root, name, 'a.yaml'), name);
    await symlink(join(root, 'one'), join(root, 'data'));
    await symlink(join(root, 'data', 'a.yaml'), join(folder, 'a.yaml'));
    await untilCalls(2);
    await symlink(join(root, 'two'), join(root, 'fresh'));
    await rename(join(root, 'fresh'), join(root, 'data'));
    await untilCalls(3);
  });

  it('calls one after the other, and not after the stop, which waits for the call going on', async () => {
    let ended = 0;
    await start(root, async () => {
      await sleep(250);
      ended += 1;
    });
    await writeFile(join(root, 'a.yaml'), 'one');
    await untilCalls(1);
    await writeFile(join(root, 'a.yaml'), 'other');
    assert.equal(ended, 0);
    await watch?.stop();
    assert.equal(ended, 1);
    await sleep(200);
    assert.equal(calls, 1);
  });
});
