import type { BuildAnswer, SyncThreadData } from './app-sync-protocol.ts';
import { startSyncThread } from './app-sync-thread.ts';
import { DomainError, messageOf } from './core/errors.ts';
import type { ChangeSignal } from './core/ports/change-signal.ts';
import type { Log } from './core/ports/log.ts';
import type { Notifier } from './core/ports/notifier.ts';
import { openSnapshot } from './directory/published-snapshot.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { systemClock } from './host/system-clock.ts';
import type { CallRecord } from './icewarp/connection.ts';
import type { Metrics } from './observe/metrics.ts';
import { createNotices } from './sync/notices.ts';
import type { SyncReport } from './sync/report.ts';
import { createSchedule, type Schedule } from './sync/schedule.ts';

export interface ServedDirectoryOptions {
  readonly thread: Omit<SyncThreadData, 'calls'>;
  /** Tells what the command line or another replica committed. */
  readonly changes: ChangeSignal;
  readonly notifier: Notifier;
  readonly intervalMs: number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onCall: (call: CallRecord) => void;
}

/** The directory that this process serves, and what keeps it up to date. */
export interface ServedDirectory {
  /** Undefined while nothing was ever committed. */
  readonly snapshot: () => Snapshot | undefined;
  /** Not started yet. */
  readonly schedule: Schedule;
  stop(): Promise<void>;
}

/** Loads what was last committed and serves it from now on. Rejects when it cannot be loaded. */
export async function serveDirectory(options: ServedDirectoryOptions): Promise<ServedDirectory> {
  const { log, metrics, notifier } = options;
  const notices = createNotices();
  const thread = startSyncThread(options.thread, options.onCall);
  let current: Snapshot | undefined;

  let asked: Promise<unknown> = Promise.resolve();

  const askThread = async (kind: 'load' | 'run', signal?: AbortSignal): Promise<BuildAnswer> => {
    const answer = await thread.run({ kind, publishedGeneration: current?.generation }, { signal });
    if (answer.block !== undefined) {
      current = openSnapshot(answer.block);
      const { generation, publishedAt, counts } = current;
      metrics.recordDirectory({ generation, publishedAt, ...counts });
      log.info('directory published', { generation, ...counts });
    }
    return answer;
  };
  // One after the other, so that each knows what the one before it has published.
  const ask = (kind: 'load' | 'run', signal?: AbortSignal): Promise<BuildAnswer> => {
    const answer = asked.then(() => askThread(kind, signal));
    asked = answer.catch(() => {});
    return answer;
  };
  const load = async () => {
    const { report } = await ask('load');
    if (report?.error !== undefined) throw new DomainError('upstream_unavailable', report.error.message);
  };
  const run = async (signal: AbortSignal): Promise<SyncReport> => {
    const { report } = await ask('run', signal);
    if (report === undefined) throw new TypeError('the sync thread gave no report of its run');
    tell(report);
    for (const event of notices.observe(report)) void notifier.notify(event);
    return report;
  };

  const tell = ({ outcome, summary, startedAt, endedAt, lockedBy, plan, warnings }: SyncReport) => {
    if (lockedBy !== undefined) {
      log.info('sync skipped: another process synchronises', { ...lockedBy });
      return;
    }
    if (outcome === 'failed' || outcome === 'held') log.warn('sync ended', { outcome, summary, plan });
    else log.info('sync ended', { outcome, summary });
    for (const warning of warnings) log.debug('sync warning', { warning });
    metrics.recordSync({ outcome: outcome === 'planned' ? 'unchanged' : outcome, startedAt, endedAt });
  };

  const schedule = createSchedule({
    clock: systemClock,
    log,
    intervalMs: options.intervalMs,
    random: Math.random,
    run,
  });
  metrics.watchSync(() => {
    const { lastRun, nextRunAt, failuresInARow, heldPlan } = schedule.state();
    return { lastRunAt: lastRun?.endedAt, nextRunAt, failuresInARow, isHeld: heldPlan !== undefined };
  });
  const follow = async (generation: number) => {
    // What is going on may be the very run that committed: it publishes by itself.
    await asked;
    if (generation === (current?.generation ?? 0)) return;
    try {
      await load();
    } catch (error) {
      log.warn('what was committed could not be loaded', { generation, reason: messageOf(error) });
    }
  };
  let following: Promise<void> = Promise.resolve();
  let unsubscribe = async () => {};
  try {
    // Before the first load, lest a commit in between goes unheard.
    unsubscribe = await options.changes.subscribe(
      (generation) => {
        following = following.then(() => follow(generation));
      },
      (error) => log.warn('it cannot be told whether something new was committed', { reason: messageOf(error) }),
    );
    await load();
  } catch (error) {
    await unsubscribe();
    await thread.stop();
    throw error;
  }
  return {
    snapshot: () => current,
    schedule,
    async stop() {
      await unsubscribe();
      await schedule.stop();
      await thread.stop();
    },
  };
}
