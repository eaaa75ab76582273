import type { BuildAnswer, SyncThreadData } from './app-sync-protocol.ts';
import { startSyncThread } from './app-sync-thread.ts';
import { DomainError, messageOf } from './core/errors.ts';
import type { DirectoryStore } from './core/ports/directory-store.ts';
import type { Log } from './core/ports/log.ts';
import { openSnapshot } from './directory/published-snapshot.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { systemClock } from './host/system-clock.ts';
import type { CallRecord } from './icewarp/connection.ts';
import type { Metrics } from './observe/metrics.ts';
import type { SyncReport } from './sync/report.ts';
import { createSchedule, type Schedule } from './sync/schedule.ts';

export interface ServedDirectoryOptions {
  readonly thread: Omit<SyncThreadData, 'calls'>;
  readonly store: DirectoryStore;
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

/** How often we look whether somebody else (the command line) committed. */
const watchMs = 1_500;

/** Loads what was last committed and serves it from now on. Rejects when it cannot be loaded. */
export async function serveDirectory(options: ServedDirectoryOptions): Promise<ServedDirectory> {
  const { log, metrics, store } = options;
  const thread = startSyncThread(options.thread, options.onCall);
  let current: Snapshot | undefined;

  const ask = async (kind: 'load' | 'run', signal?: AbortSignal): Promise<BuildAnswer> => {
    const answer = await thread.run({ kind, publishedGeneration: current?.generation }, { signal });
    if (answer.block !== undefined) {
      current = openSnapshot(answer.block);
      const { generation, publishedAt, counts } = current;
      metrics.recordDirectory({ generation, publishedAt, ...counts });
      log.info('directory published', { generation, ...counts });
    }
    return answer;
  };
  const load = async () => {
    const { report } = await ask('load');
    if (report?.error !== undefined) throw new DomainError('upstream_unavailable', report.error.message);
  };
  const run = async (signal: AbortSignal): Promise<SyncReport> => {
    const { report } = await ask('run', signal);
    if (report === undefined) throw new TypeError('the sync thread gave no report of its run');
    const { outcome, summary, startedAt, endedAt } = report;
    if (outcome === 'failed' || outcome === 'held') log.warn('sync ended', { outcome, summary });
    else log.info('sync ended', { outcome, summary });
    for (const warning of report.warnings) log.debug('sync warning', { warning });
    metrics.recordSync({ outcome: outcome === 'planned' ? 'unchanged' : outcome, startedAt, endedAt });
    return report;
  };

  const schedule = createSchedule({
    clock: systemClock,
    log,
    intervalMs: options.intervalMs,
    random: Math.random,
    run,
  });
  const watch = async () => {
    // A run loads and publishes by itself.
    if (schedule.state().isRunning) return;
    try {
      if ((await store.generation()) !== (current?.generation ?? 0)) await load();
    } catch (error) {
      log.warn('it cannot be told whether something new was committed', { reason: messageOf(error) });
    }
  };
  try {
    await load();
  } catch (error) {
    await thread.stop();
    throw error;
  }
  const timer = setInterval(watch, watchMs);
  timer.unref();
  return {
    snapshot: () => current,
    schedule,
    async stop() {
      clearInterval(timer);
      await schedule.stop();
      await thread.stop();
    },
  };
}
