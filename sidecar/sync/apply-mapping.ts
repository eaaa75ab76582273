import { DomainError } from '../core/errors.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DirectoryStore, RunRecord } from '../core/ports/directory-store.ts';
import type { Log } from '../core/ports/log.ts';
import type { SyncPolicy } from '../core/reconcile/plan.ts';
import { regrant } from '../core/reconcile/regrant.ts';
import { commitChange } from './commit-plan.ts';
import { toApplyCommand } from './confirm-command.ts';
import { createHandOver } from './hand-over.ts';
import type { PlannedRun } from './make-plan.ts';
import { type RunStart, type SyncReport, toFailedReport, toPlanFacts, toPlanReport, toRunRecord } from './report.ts';

export interface MappingApplyPorts {
  readonly store: DirectoryStore;
  /** The mapping in force now. */
  readonly mapping: () => Promise<Mapping>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly newId: () => string;
  /** Makes a committed directory the one that is served. `changed`: users and groups that the commit changed. */
  readonly publish: (directory: Directory, changed: number) => Promise<void>;
}

export interface MappingApplyOptions {
  readonly sourceId: string;
  readonly policy: SyncPolicy;
  readonly dryRun: boolean;
  /** Hash of the risky changes that may be committed. */
  readonly confirm: string | undefined;
  readonly maxLines: number;
}

/** Somebody else may commit while this plans; it then plans anew, so often at most. */
const maxAttempts = 4;

/**
 * Gives every user what the mapping in force says at this moment, without asking the server: plans under the limits of a sync,
 * commits all or nothing, publishes. Never rejects: whatever happens is in the report. Needs no lock, for a commit that came
 * in between makes it plan anew.
 */
export async function applyMapping(ports: MappingApplyPorts, options: MappingApplyOptions): Promise<SyncReport> {
  const { clock, log } = ports;
  const { sourceId, dryRun } = options;
  const start: RunStart = { runId: ports.newId(), sourceId, dryRun, startedAt: clock.now() };
  let committed: number | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const planned = await plan(ports, options);
      const report = toPlanReport(start, clock.now(), planned, planned.generation);
      if (report.outcome === 'held') await recordHeld(ports, report);
      if (report.outcome !== 'applied') return report;
      const done = await commit(ports, planned, toRunRecord(report), attempt);
      if (done === undefined) continue;
      const { generation, changed } = done;
      committed = generation;
      await ports.publish({ ...planned.toServe.take(), generation }, changed);
      return { ...report, generation };
    }
  } catch (error) {
    log.error('the mapping could not be applied', { runId: start.runId, committed, error });
    return { ...toFailedReport(start, clock.now(), error), generation: committed };
  }
}

/** The record is for people: without it the plan is held all the same. */
async function recordHeld({ store, log }: MappingApplyPorts, report: SyncReport): Promise<void> {
  if (report.dryRun) return;
  await store.recordRun(toRunRecord(report)).catch((error: unknown) => {
    log.error('the record of a held plan could not be kept', { runId: report.runId, error });
  });
}

async function plan(ports: MappingApplyPorts, options: MappingApplyOptions): Promise<PlannedRun> {
  const { sourceId, policy, confirm, maxLines } = options;
  const mapping = await ports.mapping();
  const current = await ports.store.load();
  const confirmed = { risk: confirm, renames: new Map<string, string>() };
  const whole = regrant({ current, mapping, sourceId, policy, confirmed, now: ports.clock.now() });
  const facts = toPlanFacts(whole, maxLines);
  const stale =
    confirm !== undefined && whole.held.length > 0
      ? [`the risky changes are not those of plan ${confirm} any more, but of ${whole.riskHash ?? 'none'}`]
      : [];
  return {
    only: undefined,
    generation: current.generation,
    toCommit: createHandOver(whole.change),
    toServe: createHandOver(whole.next),
    read: undefined,
    parked: [],
    warnings: whole.warnings,
    plan: facts,
    omittedLines: whole.lines.length - facts.lines.length,
    held: [...whole.held, ...stale],
    confirmWith: whole.riskHash === undefined ? undefined : toApplyCommand(whole.riskHash),
    leftOut: [],
    steps: [],
  };
}

/** Undefined when somebody else has committed since, and there is a try left. */
async function commit(
  { store }: MappingApplyPorts,
  planned: PlannedRun,
  record: RunRecord,
  attempt: number,
): Promise<Awaited<ReturnType<typeof commitChange>> | undefined> {
  try {
    return await commitChange(store, planned, record);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'conflict' && attempt < maxAttempts) return undefined;
    throw error;
  }
}
