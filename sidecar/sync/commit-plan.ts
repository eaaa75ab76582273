import { DomainError, messageOf } from '../core/errors.ts';
import { parseAddress } from '../core/names.ts';
import type { DirectoryStore, RunRecord } from '../core/ports/directory-store.ts';
import type { ParkedAccount } from '../core/ports/parked-accounts.ts';
import { toPublishStep } from './account-steps.ts';
import type { LockGuard } from './hold-lock.ts';
import type { PlannedRun } from './make-plan.ts';
import { type RunStart, type SyncReport, toFailedReport, toPlanReport, toRunRecord } from './report.ts';
import type { Ending, SyncOptions, SyncPorts } from './run-terms.ts';

export interface CommitTerms {
  readonly ports: SyncPorts;
  readonly options: SyncOptions;
  readonly guard: LockGuard;
  readonly start: RunStart;
}

/** Commits and publishes a plan, unless it is held, empty or of a dry run. */
export async function commitPlan(terms: CommitTerms, planned: PlannedRun): Promise<Ending> {
  const { ports, options, guard, start } = terms;
  const { plan, generation: base, held, parked } = planned;
  guard.signal.throwIfAborted();
  const finish = (generation: number): SyncReport => {
    const report = toPlanReport(start, ports.clock.now(), planned, generation);
    return options.only === undefined ? report : endSteps(report, planned);
  };
  if (options.dryRun) return { report: finish(base), isRecorded: true };
  await keepParked(ports, planned.only, parked);
  if (planned.steps.some((step) => step.status === 'failed')) {
    return { report: finish(base), isRecorded: false };
  }
  if (held.length > 0) return { report: finish(base), isRecorded: false };
  // A first run is committed even when it finds nothing to serve, so that there is a directory, though an empty one.
  if (plan.isEmpty && base > 0) {
    if (ports.publishedGeneration() !== base) await publish(ports, planned, base, 0);
    return { report: finish(base), isRecorded: false };
  }
  ports.progress({ phase: 'committing', done: 0, total: plan.counts.users });
  await guard.assertHeld();
  const record = toRunRecord(finish(base + 1));
  const { generation, changed } = await commitChange(ports.store, planned, record);
  try {
    await publish(ports, planned, generation, changed);
    return { report: finish(generation), isRecorded: true };
  } catch (error) {
    ports.log.error('the committed directory could not be published', { runId: start.runId, generation, error });
    const why = new DomainError(
      'upstream_unavailable',
      `the changes are committed, but could not be published (${messageOf(error)}): the next run tries again`,
      { cause: error },
    );
    const { outcome, summary, error: failure } = toFailedReport(start, ports.clock.now(), why);
    return { report: { ...finish(generation), outcome, summary, error: failure }, isRecorded: true };
  }
}

/** Writes what a plan changes, and gives the new generation and how many entries that was. Rejects as the store does. */
export async function commitChange(
  store: DirectoryStore,
  { generation: base, toCommit }: PlannedRun,
  record: RunRecord,
): Promise<{ readonly generation: number; readonly changed: number }> {
  const change = toCommit.take();
  const parts = [change.users, change.groups];
  const changed = parts.reduce((sum, { saved, removedIds }) => sum + saved.length + removedIds.length, 0);
  return { generation: await store.commit(base, change, record), changed };
}

/** Nothing but the directory itself is to be in memory while it is laid out. */
async function publish(
  ports: SyncPorts,
  { plan, toServe }: PlannedRun,
  generation: number,
  changed: number,
): Promise<void> {
  ports.progress({ phase: 'publishing', done: 0, total: plan.counts.users });
  await ports.publish({ ...toServe.take(), generation }, changed);
}

/** `only`: the account that alone was read. */
async function keepParked(ports: SyncPorts, only: string | undefined, parked: readonly ParkedAccount[]): Promise<void> {
  const { sourceId } = ports.source;
  const before = await ports.parked.list(sourceId);
  // The diagnosis of one account is not one of its regular tries.
  const stays = (account: ParkedAccount) =>
    parseAddress(account.address) !== only || parked.some(({ address }) => address === account.address);
  const after = only === undefined ? parked : before.filter(stays);
  if (toText(before) !== toText(after)) await ports.parked.replace(sourceId, after);
}

function toText(accounts: readonly ParkedAccount[]): string {
  return JSON.stringify([...accounts].sort((a, b) => (a.address < b.address ? -1 : 1)));
}

/** A run for one account that could not be read has failed, whatever is planned. */
function endSteps(report: SyncReport, { steps, parked }: PlannedRun): SyncReport {
  const broken = steps.find((step) => step.status === 'failed');
  if (broken === undefined) return { ...report, steps: [...steps, toPublishStep(report.outcome, report.summary)] };
  const code = parked.length > 0 ? 'conflict' : 'not_found';
  const error: SyncReport['error'] = { code, message: broken.detail };
  const publishStep = { name: 'publish' as const, status: 'skipped' as const, detail: 'nothing to publish' };
  return { ...report, outcome: 'failed', summary: `failed: ${broken.detail}`, error, steps: [...steps, publishStep] };
}
