import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BuildAnswer,
  BuildRequest,
  SyncThreadData,
  SyncThreadRequest,
} from '../../../sidecar/app-sync-protocol.ts';
import { type SyncThreadTerms, startSyncThread } from '../../../sidecar/app-sync-thread.ts';
import type { SyncWorker } from '../../../sidecar/sync/worker.ts';

let current: SyncWorker<SyncThreadRequest, BuildAnswer> | undefined;

function start(terms: Partial<SyncThreadTerms> = {}) {
  const data = { baseDn: 'o=x', logLevel: 'error', logFormat: 'json' } as Omit<SyncThreadData, 'calls' | 'toldMapping'>;
  const url = new URL('./fixtures/told-thread.ts', import.meta.url);
  const thread = startSyncThread(data, () => {}, { url, idleMs: 60_000, heapMb: 256, ...terms });
  current = thread;
  return (kind: BuildRequest['kind']) =>
    thread.run({ kind, publishedGeneration: undefined, memory: undefined, isLaden: false });
}

function warningsOf({ mapping }: BuildAnswer): readonly string[] | undefined {
  return mapping?.kind === 'in_force' ? mapping.warnings : undefined;
}

describe('a sync thread that takes the place of another', () => {
  afterEach(() => current?.stop());

  it('knows what the one before it told of the mapping, so that nothing is told twice', async () => {
    const run = start({ idleMs: 1 });
    assert.deepEqual(warningsOf(await run('run')), ['one more']);
    await sleep(300);
    assert.deepEqual(warningsOf(await run('run')), ['one more', 'one more']);
  });

  it('knows it also when a look in between found no mapping that could be used', async () => {
    const run = start({ idleMs: 1 });
    await run('run');
    await sleep(300);
    await run('mapping');
    await sleep(300);
    assert.deepEqual(warningsOf(await run('run')), ['one more', 'one more']);
  });

  it('has more memory when that one had too little, and answers what was asked', async () => {
    const run = start({ heapMb: 32 });
    const { report, mapping } = await run('load');
    assert.equal(report, undefined, report?.summary);
    assert.deepEqual(mapping, { kind: 'none', message: '1000000 kept' });
  });
});
