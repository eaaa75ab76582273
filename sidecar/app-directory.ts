import { type Builds, createBuilds, throwFailure } from './app-builds.ts';
import { createMappingWatch, type MappingKnowledge } from './app-mapping-watch.ts';
import { createPublications, type Publications } from './app-published.ts';
import type { SyncThreadData } from './app-sync-protocol.ts';
import { startSyncThread } from './app-sync-thread.ts';
import { messageOf } from './core/errors.ts';
import type { ChangeSignal } from './core/ports/change-signal.ts';
import type { Log } from './core/ports/log.ts';
import type { Notifier } from './core/ports/notifier.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import type { Snapshot } from './directory/snapshot.ts';
import { collectGarbage } from './host/collect-garbage.ts';
import { systemClock } from './host/system-clock.ts';
import type { CallRecord } from './icewarp/connection.ts';
import type { Metrics } from './observe/metrics.ts';
import { createNotices } from './sync/notices.ts';
import type { SyncReport } from './sync/report.ts';
import { createSchedule, type Schedule } from './sync/schedule.ts';
import type { RunHooks } from './sync/worker.ts';

export interface ServedDirectoryOptions {
  readonly thread: Omit<SyncThreadData, 'calls' | 'toldMapping'>;
  /** Tells what the command line or another replica committed. */
  readonly changes: ChangeSignal;
  readonly notifier: Notifier;
  readonly intervalMs: number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onCall: (call: CallRecord) => void;
  /** Hears of each snapshot that takes the place of another; undefined = of none. Both may be read until the promise ends. */
  readonly onPublished: (snapshot: Snapshot, previous: Snapshot | undefined) => Promise<void> | undefined;
  /** Hears of each run that read IceWarp. */
  readonly onRead: () => void;
}

/** The directory that this process serves, and what keeps it up to date. */
export interface ServedDirectory {
  /**
   * Undefined while nothing was ever committed. Good within one turn of the event loop: ask anew behind an `await`, for the memory of
   * an old version is built in again.
   */
  readonly snapshot: () => Snapshot | undefined;
  readonly publications: Publications;
  /** Not started yet. */
  readonly schedule: Schedule;
  readonly mapping: () => MappingKnowledge;
  /** Reads one account before its use: see `Builds`. */
  readonly readAccount: Builds['readAccount'];
  stop(): Promise<void>;
}

/** Two runs a usual interval apart use the same memory; a directory at rest gives it back. */
const spareMs = 15 * 60_000;

/** Loads what was last committed and serves it from now on. Rejects when it cannot be loaded. */
export async function serveDirectory(options: ServedDirectoryOptions): Promise<ServedDirectory> {
  const { log, metrics, notifier } = options;
  const notices = createNotices();
  const thread = startSyncThread(options.thread, options.onCall);
  const publications = createPublications({ spareMs, collectGarbage });
  const currentSnapshot = () => publications.current?.snapshot;

  /** Resolves when the commit that is going on, if any, is published. */
  let committing: Promise<unknown> = Promise.resolve();

  const publish = (block: SnapshotBlock) => {
    const previous = currentSnapshot();
    const release = publications.hold();
    const snapshot = publications.publish(block);
    const { generation, publishedAt, counts } = snapshot;
    metrics.recordDirectory({ generation, publishedAt, ...counts });
    log.info('directory published', { generation, ...counts });
    void Promise.resolve(options.onPublished(snapshot, previous)).finally(release);
  };
  const builds = createBuilds({ thread, publications, publish });
  const mapping = createMappingWatch({
    directory: options.thread.job.mappingsDirectory,
    log,
    apply() {
      const answer = builds.build('mapping', { lane: 'moment' });
      committing = Promise.all([committing, answer]);
      return answer;
    },
    onReport(report) {
      const { outcome, summary, plan } = report;
      if (outcome === 'held' || outcome === 'failed') log.warn('mapping not applied', { outcome, summary, plan });
      else if (outcome === 'applied') log.info('mapping applied', { summary });
      for (const event of notices.observeMapping(report)) void notifier.notify(event);
      // The first synchronisation waits for a mapping that can be used.
      if (outcome === 'unchanged' && currentSnapshot() === undefined) schedule.trigger().catch(() => {});
    },
  });
  const run = async (signal: AbortSignal): Promise<SyncReport> => {
    let published = () => {};
    const hooks: RunHooks = {
      lane: 'sync',
      signal,
      onProgress({ phase }) {
        if (phase !== 'committing') return;
        committing = new Promise((resolve) => {
          published = () => resolve(undefined);
        });
      },
    };
    const answer = await builds.build('run', hooks).finally(() => published());
    mapping.observe(answer);
    const { report } = answer;
    if (report === undefined) throw new TypeError('the sync thread gave no report of its run');
    tell(report);
    if (report.outcome !== 'failed' && report.lockedBy === undefined) options.onRead();
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
  metrics.watchMapping(() => {
    const { outcome, held } = mapping.state();
    const state = outcome?.kind === 'in_force' ? outcome.state : undefined;
    return { faults: state?.faultCount, rules: state?.rules, since: state?.since, isHeld: held !== undefined };
  });
  metrics.watchSync(() => {
    const { lastRun, nextRunAt, failuresInARow, heldPlan } = schedule.state();
    return { lastRunAt: lastRun?.endedAt, nextRunAt, failuresInARow, isHeld: heldPlan !== undefined };
  });
  const follow = async (generation: number) => {
    // What is going on may be the very run that committed: it publishes by itself.
    await committing;
    const served = currentSnapshot()?.generation ?? 0;
    if (generation === served) return;
    try {
      // A restored backup is older: nothing tells how it differs.
      if (generation > served) await builds.follow(generation);
      else throwFailure(await builds.build('load', { lane: 'moment' }, generation));
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
    throwFailure(await builds.build('load', { lane: 'moment' }));
    // Before anybody is answered: a right may have ended while nothing ran.
    await mapping.start();
  } catch (error) {
    await unsubscribe();
    await mapping.stop();
    await thread.stop();
    throw error;
  }
  return {
    snapshot: currentSnapshot,
    publications,
    schedule,
    mapping: mapping.state,
    readAccount: builds.readAccount,
    async stop() {
      await unsubscribe();
      await schedule.stop();
      await Promise.all([thread.stop(), mapping.stop()]);
      publications.close();
    },
  };
}
