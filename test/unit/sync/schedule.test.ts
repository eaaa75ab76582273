import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { type SyncReport, toFailedReport, toLockedReport } from '../../../sidecar/sync/report.ts';
import { createSchedule } from '../../../sidecar/sync/schedule.ts';
import { createManualClock, settleTasks } from '../../support/manual-clock.ts';

type End = 'unchanged' | 'failed' | 'held' | 'throws' | 'locked';

function createScheduled(ends: End[] = [], random = 0.5) {
  const clock = createManualClock();
  const signals: AbortSignal[] = [];
  let runs = 0;
  let hold: Promise<void> | undefined;
  const run = async (signal: AbortSignal): Promise<SyncReport> => {
    runs += 1;
    signals.push(signal);
    await hold;
    const end = ends.shift() ?? 'unchanged';
    if (end === 'throws') throw new Error('no thread');
    const start = { runId: `run ${runs}`, sourceId: 'icewarp', dryRun: false, startedAt: clock.now() };
    if (end === 'locked') {
      return toLockedReport(start, clock.now(), { holder: 'other:1', since: clock.now(), expiresAt: clock.now() });
    }
    const held = end === 'held' ? { plan: '0123456789ab', held: ['too many'], confirmWith: 'confirm it' } : {};
    return {
      ...toFailedReport(start, clock.now(), new Error('down')),
      ...held,
      outcome: end,
      summary: `${end} ${runs}`,
    };
  };
  const schedule = createSchedule({ clock, log: silentLog, intervalMs: 300_000, run, random: () => random });
  const holdRuns = () => {
    let release = () => {};
    hold = new Promise((resolve) => {
      release = () => {
        hold = undefined;
        resolve();
      };
    });
    return () => release();
  };
  return { clock, schedule, runs: () => runs, holdRuns, signals };
}

describe('the schedule', () => {
  it('runs at once, then an interval after the end of each run', async () => {
    const { clock, schedule, runs, holdRuns } = createScheduled();
    const release = holdRuns();
    schedule.start();
    schedule.start();
    await settleTasks();
    assert.deepEqual([runs(), schedule.state().isRunning], [1, true]);
    await clock.advance(200_000);
    assert.deepEqual(clock.pending(), []);
    release();
    await settleTasks();
    assert.deepEqual(clock.pending(), [300_000]);
    assert.equal(schedule.state().nextRunAt?.getTime(), clock.now().getTime() + 300_000);
    await clock.advance(299_999);
    assert.equal(runs(), 1);
    await clock.advance(1);
    assert.equal(runs(), 2);
    assert.equal(schedule.state().lastRun?.summary, 'unchanged 2');
    await schedule.stop();
  });

  it('spreads the interval by a tenth each way', async () => {
    for (const [random, expected] of [
      [0, 270_000],
      [1, 330_000],
    ] as const) {
      const { clock, schedule } = createScheduled([], random);
      schedule.start();
      await settleTasks();
      assert.deepEqual(clock.pending(), [expected]);
      await schedule.stop();
    }
  });

  it('tries again soon after a failure, then ever later up to a bound, and says what failed', async () => {
    const ends: End[] = ['failed', 'throws', ...Array.from({ length: 7 }, (): End => 'failed')];
    const { clock, schedule } = createScheduled(ends);
    schedule.start();
    const pauses: number[] = [];
    for (let failure = 0; failure < 9; failure += 1) {
      await settleTasks();
      const [pause = 0] = clock.pending();
      pauses.push(pause / 1000);
      assert.equal(schedule.state().failuresInARow, failure + 1);
      assert.match(schedule.state().lastError ?? '', failure === 1 ? /no thread/ : /^failed/);
      await clock.advance(pause);
    }
    assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    assert.deepEqual([schedule.state().failuresInARow, schedule.state().lastError], [0, undefined]);
    assert.deepEqual(clock.pending(), [300_000]);
    await schedule.stop();
  });

  it('takes a held plan for no failure, and shows it until a run comes to another plan', async () => {
    const { clock, schedule } = createScheduled(['held', 'failed', 'unchanged']);
    schedule.start();
    await settleTasks();
    assert.deepEqual([clock.pending(), schedule.state().lastError], [[300_000], undefined]);
    const heldPlan = { plan: '0123456789ab', reasons: ['too many'], confirmWith: 'confirm it' };
    assert.deepEqual(schedule.state().heldPlan, heldPlan);
    await clock.advance(300_000);
    assert.deepEqual([schedule.state().failuresInARow, schedule.state().heldPlan], [1, heldPlan]);
    await clock.advance(300_000);
    assert.equal(schedule.state().heldPlan, undefined);
    await schedule.stop();
  });

  it('skips a turn in which another process synchronises: no failure, and no end of one', async () => {
    const { clock, schedule, runs } = createScheduled(['failed', 'locked', 'failed', 'locked']);
    schedule.start();
    await settleTasks();
    await clock.advance(5_000);
    const { failuresInARow, lastError, lastRun } = schedule.state();
    assert.deepEqual([runs(), failuresInARow, lastError, lastRun?.outcome], [2, 1, 'failed 1', 'failed']);
    assert.deepEqual(clock.pending(), [300_000]);
    await clock.advance(300_000);
    assert.equal(schedule.state().failuresInARow, 2);
    assert.match((await schedule.trigger()).lockedBy?.holder ?? '', /other:1/);
    await schedule.stop();
  });

  it('runs at once when asked, and gives the report', async () => {
    const { schedule, runs } = createScheduled();
    schedule.start();
    await settleTasks();
    assert.equal((await schedule.trigger()).summary, 'unchanged 2');
    assert.equal(runs(), 2);
    await schedule.stop();
  });

  it('asked during a run begins one more after it, for all who asked', async () => {
    const { schedule, runs, holdRuns, clock } = createScheduled();
    const release = holdRuns();
    schedule.start();
    await settleTasks();
    const asked = [schedule.trigger(), schedule.trigger()];
    release();
    const reports = await Promise.all(asked);
    assert.deepEqual(
      reports.map(({ summary }) => summary),
      ['unchanged 2', 'unchanged 2'],
    );
    await settleTasks();
    assert.deepEqual([runs(), clock.pending()], [2, [300_000]]);
    await schedule.stop();
  });

  it('stops: aborts the run, starts none, refuses to be asked', async () => {
    const { schedule, runs, holdRuns, signals, clock } = createScheduled();
    await assert.rejects(schedule.trigger(), /no sync is scheduled/);
    const release = holdRuns();
    schedule.start();
    await settleTasks();
    const asked = schedule.trigger();
    const stopped = schedule.stop();
    assert.equal(signals[0]?.aborted, true);
    release();
    await stopped;
    await assert.rejects(asked, /no sync is scheduled/);
    await assert.rejects(schedule.trigger(), /no sync is scheduled/);
    assert.deepEqual([runs(), clock.pending(), schedule.state().nextRunAt], [1, [], undefined]);
  });

  it('stops while it waits', async () => {
    const { schedule, clock } = createScheduled();
    schedule.start();
    await settleTasks();
    await schedule.stop();
    assert.deepEqual([clock.pending(), schedule.state().nextRunAt], [[], undefined]);
  });
});
