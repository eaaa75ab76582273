import { DomainError, messageOf } from '../core/errors.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DirectorySource } from '../core/ports/directory-source.ts';
import type { DirectoryStore } from '../core/ports/directory-store.ts';
import type { Log } from '../core/ports/log.ts';
import type { SyncFilter, SyncPolicy } from '../core/reconcile/plan.ts';
import { reconcile } from '../core/reconcile.ts';
import type { OnProgress } from './progress.ts';
import { readSource } from './read-source.ts';
import { type RunStart, type SyncReport, toFailedReport, toPlanReport, toRunRecord } from './report.ts';

export interface SyncPorts {
  readonly source: DirectorySource;
  readonly store: DirectoryStore;
  /** The mapping in force now. Rejects when there is none that is usable. */
  readonly mapping: () => Promise<Mapping>;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives a fresh UUID. */
  readonly newId: () => string;
  /** Makes a committed directory the one that is served. */
  readonly publish: (directory: Directory) => Promise<void>;
  /** Which generation this process serves; undefined when none. What another process committed is published by the next run. */
  readonly publishedGeneration: () => number | undefined;
  readonly progress: OnProgress;
}

export interface SyncOptions {
  /** Plans, and neither commits nor publishes nor keeps a record. */
  readonly dryRun: boolean;
  readonly includeMailingLists: boolean;
  readonly filter: SyncFilter;
  readonly policy: SyncPolicy;
  /** Questions to the server at a time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One pass: read everything, plan, commit all or nothing, publish. Never rejects: whatever happens is in the report. Only
 * `applied` has changed the directory, and a failure after the commit, whose report names the new generation.
 */
export async function runSync(ports: SyncPorts, options: SyncOptions): Promise<SyncReport> {
  const { store, clock, log, source } = ports;
  const start: RunStart = {
    runId: ports.newId(),
    sourceId: source.sourceId,
    dryRun: options.dryRun,
    startedAt: clock.now(),
  };
  let ending: Ending;
  try {
    ending = await attempt(ports, options, start);
  } catch (error) {
    log.error('sync failed', { runId: start.runId, error });
    ending = { report: toFailedReport(start, clock.now(), error), isRecorded: false };
  }
  if (options.dryRun || ending.isRecorded) return ending.report;
  try {
    await store.recordRun(toRunRecord(ending.report));
  } catch (error) {
    log.error('the record of the sync run could not be kept', { runId: start.runId, error });
  }
  return ending.report;
}

interface Ending {
  readonly report: SyncReport;
  /** The commit kept the record of the run. */
  readonly isRecorded: boolean;
}

async function attempt(ports: SyncPorts, options: SyncOptions, start: RunStart): Promise<Ending> {
  const { signal } = options;
  const mapping = await ports.mapping();
  const reading = await readSource(ports.source, { ...options, signal, onProgress: ports.progress });
  signal?.throwIfAborted();
  ports.progress({ phase: 'planning', done: 0, total: 0 });
  // Loaded after the reading, which may take minutes: the shorter the time to the commit, the rarer a conflict.
  const current = await ports.store.load();
  const plan = reconcile({
    current,
    reading,
    mapping,
    sourceId: ports.source.sourceId,
    policy: options.policy,
    filter: options.filter,
    now: ports.clock.now(),
    newId: ports.newId,
  });
  signal?.throwIfAborted();
  const finish = (generation: number) => toPlanReport(start, ports.clock.now(), reading, plan, generation);
  if (plan.held.length > 0 || options.dryRun) return { report: finish(current.generation), isRecorded: false };
  // A first run is committed even when it finds nothing to serve, so that there is a directory, though an empty one.
  if (plan.isEmpty && current.generation > 0) {
    if (ports.publishedGeneration() !== current.generation) await publish(ports, current);
    return { report: finish(current.generation), isRecorded: false };
  }
  ports.progress({ phase: 'committing', done: 0, total: plan.counts.users });
  const record = toRunRecord(finish(current.generation + 1));
  const generation = await ports.store.commit(current.generation, plan.change, record);
  try {
    await publish(ports, { ...plan.next, generation });
    return { report: finish(generation), isRecorded: true };
  } catch (error) {
    ports.log.error('the committed directory could not be published', { runId: start.runId, generation, error });
    const why = new DomainError(
      'upstream_unavailable',
      `the changes are committed, but could not be published (${messageOf(error)}): the next run tries again`,
      { cause: error },
    );
    const { counts, lines, warnings, read } = finish(generation);
    const failed = toFailedReport(start, ports.clock.now(), why);
    return { report: { ...failed, generation, counts, lines, warnings, read }, isRecorded: true };
  }
}

async function publish(ports: SyncPorts, directory: Directory): Promise<void> {
  ports.progress({ phase: 'publishing', done: 0, total: directory.users.size });
  await ports.publish(directory);
}
