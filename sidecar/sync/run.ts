import { commitPlan } from './commit-plan.ts';
import { holdLock, type LockGuard } from './hold-lock.ts';
import { makePlan } from './make-plan.ts';
import { type RunStart, type SyncReport, toFailedReport, toLockedReport, toRunRecord } from './report.ts';
import type { Ending, SyncOptions, SyncPorts } from './run-terms.ts';

/**
 * One pass: read everything, plan, commit all or nothing, publish; under the lock of the source unless it is a dry run. Never
 * rejects: whatever happens is in the report. Only `applied` has changed the directory, and a failure after the commit, whose
 * report names the new generation.
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

async function attempt(ports: SyncPorts, options: SyncOptions, start: RunStart): Promise<Ending> {
  const { clock, lock, source } = ports;
  const { signal } = options;
  const pass = async (guard: LockGuard): Promise<Ending> => {
    let endTurn = () => {};
    try {
      const planned = await makePlan(ports, { ...options, signal: guard.signal }, async () => {
        // Single accounts are stored at any time but from here to the commit, or it would come too late.
        if (!options.dryRun && ports.turns !== undefined) endTurn = await ports.turns.take();
      });
      return await commitPlan({ ports, options, guard, start }, planned);
    } finally {
      endTurn();
    }
  };
  if (options.dryRun) {
    return await pass({ signal: signal ?? new AbortController().signal, assertHeld: async () => {} });
  }
  const guarded = await holdLock({ lock, name: `sync ${source.sourceId}`, clock, signal }, pass);
  if (guarded.kind === 'done') return guarded.result;
  // A turn that others have taken is no run: there is nothing to record.
  return { report: toLockedReport(start, clock.now(), guarded.by), isRecorded: true };
}
