import { DomainError, type ErrorCode, messageOf } from '../core/errors.ts';
import type { RunOutcome, RunRecord } from '../core/ports/directory-store.ts';
import type { Plan, PlanCounts, PlanLine } from '../core/reconcile/plan.ts';
import type { SourceReading } from './read-source.ts';

/** What came of a run, as plain data: it crosses threads and is printed as it is by `--json`. */
export interface SyncReport {
  readonly runId: string;
  readonly sourceId: string;
  readonly dryRun: boolean;
  /** `planned`: a dry run found changes. Else as kept in the run's record. */
  readonly outcome: RunOutcome | 'planned';
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** One line for people. */
  readonly summary: string;
  /** Of the directory in force after the run; undefined when that is not known. */
  readonly generation: number | undefined;
  readonly error: { readonly code: ErrorCode | 'internal'; readonly message: string } | undefined;
  /** Why the plan waits for an administrator; empty when it does not. */
  readonly held: readonly string[];
  /** Undefined when the run failed before a plan was made. */
  readonly counts: PlanCounts | undefined;
  readonly lines: readonly PlanLine[];
  readonly warnings: readonly string[];
  /** Undefined when the reading was not completed. */
  readonly read: ReadCounts | undefined;
}

export interface ReadCounts {
  readonly domains: number;
  readonly users: number;
  readonly groups: number;
  /** Listed, and gone when they were to be read. */
  readonly vanished: number;
}

/** What is known of a run when it begins. */
export interface RunStart {
  readonly runId: string;
  readonly sourceId: string;
  readonly dryRun: boolean;
  readonly startedAt: Date;
}

/** The report of a run that came to a plan. `generation`: of the directory in force after it. */
export function toPlanReport(
  start: RunStart,
  endedAt: Date,
  reading: SourceReading,
  plan: Plan,
  generation: number,
): SyncReport {
  const { counts, lines, held } = plan;
  const outcome = held.length > 0 ? 'held' : plan.isEmpty ? 'unchanged' : start.dryRun ? 'planned' : 'applied';
  return {
    ...start,
    outcome,
    endedAt,
    summary: summarise(outcome, summariseCounts(counts), held),
    generation,
    error: undefined,
    held,
    counts,
    lines,
    warnings: plan.warnings,
    read: {
      domains: reading.domains.length,
      users: reading.users.length,
      groups: reading.groups.length,
      vanished: reading.vanished,
    },
  };
}

function summarise(outcome: SyncReport['outcome'], counts: string | undefined, held: readonly string[]): string {
  switch (outcome) {
    case 'held':
      return `held: ${counts ?? 'no change'}; nothing was changed: ${held.join('; ')}; check the accounts in IceWarp and icewarp.domains and icewarp.groups, or raise the limit`;
    case 'planned':
      return `${counts ?? 'no change'}; nothing was changed`;
    case 'applied':
      return counts ?? 'nobody to serve yet';
    default:
      return 'nothing to do';
  }
}

/** The report of a run that failed. `error`: what was thrown. */
export function toFailedReport(start: RunStart, endedAt: Date, error: unknown): SyncReport {
  const code = error instanceof DomainError ? error.code : 'internal';
  const message = messageOf(error);
  const summary = `failed: ${code === 'internal' ? `a fault of the program: ${message}` : message}`;
  return {
    ...start,
    outcome: 'failed',
    endedAt,
    summary,
    generation: undefined,
    error: { code, message },
    held: [],
    counts: undefined,
    lines: [],
    warnings: [],
    read: undefined,
  };
}

/** `+3 new, ~2 changed, -1 disabled`, or undefined when nothing differs. */
export function summariseCounts(counts: PlanCounts): string | undefined {
  const parts: readonly (readonly [string, number, string])[] = [
    ['+', counts.new, 'new'],
    ['~', counts.changed, 'changed'],
    ['-', counts.disabled, 'disabled'],
    ['-', counts.removed, 'removed'],
    ['+', counts.returned, 'returned'],
    ['+', counts.groupsNew, 'new groups'],
    ['~', counts.groupsChanged, 'changed groups'],
    ['-', counts.groupsRemoved, 'removed groups'],
  ];
  const present = parts.filter(([, count]) => count > 0).map(([sign, count, word]) => `${sign}${count} ${word}`);
  return present.length === 0 ? undefined : present.join(', ');
}

/** The record kept of a run that is no dry run. */
export function toRunRecord(report: SyncReport): RunRecord {
  const { runId, sourceId, startedAt, endedAt, outcome, summary } = report;
  return { id: runId, sourceId, startedAt, endedAt, outcome: outcome === 'planned' ? 'unchanged' : outcome, summary };
}

/** The report as one JSON document: dates as ISO 8601 in UTC, what is undefined as null. */
export function toJsonReport(report: SyncReport): Readonly<Record<string, unknown>> {
  return {
    version: 1,
    ...report,
    startedAt: report.startedAt.toISOString(),
    endedAt: report.endedAt.toISOString(),
    generation: report.generation ?? null,
    error: report.error ?? null,
    counts: report.counts ?? null,
    read: report.read ?? null,
  };
}
