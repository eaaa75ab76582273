import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMappingWatch, type MappingWatch } from '../../sidecar/app-mapping-watch.ts';
import type { BuildAnswer } from '../../sidecar/app-sync-protocol.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { type SyncReport, toFailedReport } from '../../sidecar/sync/report.ts';

const start = { runId: 'r', sourceId: 'icewarp', dryRun: false, startedAt: new Date() };
const failed = toFailedReport(start, new Date(), new Error('broken'));

function answerOf(report: Partial<SyncReport>, nextChangeAt?: Date): BuildAnswer {
  const state = { hash: 'a', since: new Date(), rules: 1, nextChangeAt, faults: [], faultCount: 0 };
  return {
    report: { ...failed, error: undefined, outcome: 'unchanged', ...report },
    block: undefined,
    spare: 'unused',
    mapping: { kind: 'in_force', state, warnings: [] },
  };
}

async function waitUntil(condition: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 8_000;
  while (!condition()) {
    assert.ok(performance.now() < giveUpAt, `${what} never came`);
    await sleep(10);
  }
}

describe('the watch over the mapping', () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** `answers`: of each application, the last one for all that follow. */
  async function watchOver(answers: readonly BuildAnswer[], folder?: string) {
    const directory = folder ?? (await mkdtemp(join(tmpdir(), 'mapping-watch-')));
    const reports: SyncReport[] = [];
    let applied = 0;
    const watch: MappingWatch = createMappingWatch({
      directory,
      log: silentLog,
      apply: async () => {
        const answer = answers[Math.min(applied, answers.length - 1)] ?? assert.fail();
        applied += 1;
        return answer;
      },
      onReport: (report) => reports.push(report),
    });
    ends.push(watch.stop, () => rm(directory, { recursive: true, force: true }));
    await watch.start();
    return { watch, directory, reports, applied: () => applied };
  }

  it('applies at once, and again for each edit of a mapping file, and for no other file', async () => {
    const { directory, applied } = await watchOver([answerOf({})]);
    assert.equal(applied(), 1);
    await writeFile(join(directory, 'a.yaml'), 'version: 1\n');
    await waitUntil(() => applied() === 2, 'the edit');
    for (const name of ['a.test.yaml', '.a.yaml', 'notes.txt']) await writeFile(join(directory, name), 'x');
    await sleep(1_200);
    assert.equal(applied(), 2);
  });

  it('notices a folder that goes away and comes back', async () => {
    const { directory, applied } = await watchOver([answerOf({})]);
    await rm(directory, { recursive: true });
    await waitUntil(() => applied() === 2, 'the loss');
    await mkdir(directory);
    await writeFile(join(directory, 'a.yaml'), 'version: 1\n');
    await waitUntil(() => applied() > 2, 'the return');
  });

  it('applies when the next rule begins or ends', async () => {
    const soon = new Date(Date.now() + 400);
    const { applied } = await watchOver([answerOf({}, soon), answerOf({})]);
    await sleep(100);
    assert.equal(applied(), 1);
    await waitUntil(() => applied() === 2, 'the change');
    assert.ok(Date.now() >= soon.getTime());
    await sleep(300);
    assert.equal(applied(), 2);
  });

  it('keeps a held plan until something is applied, by a synchronisation too', async () => {
    const held = answerOf({ outcome: 'held', plan: 'abc', held: ['too many'], confirmWith: 'mappings apply' });
    const { watch, reports } = await watchOver([held]);
    const plan = { plan: 'abc', reasons: ['too many'], confirmWith: 'mappings apply' };
    assert.deepEqual(watch.state().held, plan);
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ['held'],
    );
    watch.observe(answerOf({ outcome: 'held' }));
    watch.observe({ ...answerOf({ outcome: 'applied' }), mapping: undefined });
    assert.deepEqual(watch.state().held, plan);
    watch.observe(answerOf({ outcome: 'applied' }));
    assert.equal(watch.state().held, undefined);
  });

  it('tries again by itself when the database was down, and not when the mapping is broken', async () => {
    const down = answerOf({ outcome: 'failed', error: { code: 'upstream_unavailable', message: 'down' } });
    const broken = answerOf({ outcome: 'failed', error: { code: 'invalid_input', message: 'broken' } });
    const one = await watchOver([down, answerOf({})]);
    const other = await watchOver([broken, answerOf({})]);
    await waitUntil(() => one.applied() === 2, 'the second try');
    assert.equal(other.applied(), 1);
  });

  it('does nothing any more once it is stopped', async () => {
    const { watch, directory, applied } = await watchOver([answerOf({}, new Date(Date.now() + 300))]);
    await watch.stop();
    await writeFile(join(directory, 'a.yaml'), 'version: 1\n');
    await sleep(1_000);
    assert.equal(applied(), 1);
  });
});
