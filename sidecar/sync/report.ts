import { DomainError, type ErrorCode, messageOf } from '../core/errors.ts';
import type { RunOutcome, RunRecord } from '../core/ports/directory-store.ts';
import type { ParkedAccount } from '../core/ports/parked-accounts.ts';
import type { LockHolder } from '../core/ports/run-lock.ts';
import type { Plan, PlanCounts, PlanLine } from '../core/reconcile/plan.ts';
import type { AccountStep } from './account-step.ts';
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
  /** What the plan changes, `+3 new, ~2 changed`; undefined when nothing, or when there is no plan. */
  readonly change: string | undefined;
  /** Of the directory in force after the run; undefined when that is not known. */
  readonly generation: number | undefined;
  readonly error: { readonly code: ErrorCode | 'internal'; readonly message: string } | undefined;
  /** Who synchronises at this moment: then nothing was read. */
  readonly lockedBy: LockHolder | undefined;
  /** Why the plan waits for an administrator; empty when it does not. */
  readonly held: readonly string[];
  /** Names the plan's risky changes for `sync --confirm`; undefined when it has none. */
  readonly plan: string | undefined;
  /** The command that commits a held plan. */
  readonly confirmWith: string | undefined;
  /** Likely renames that wait for `sync --rename OLD=NEW`. */
  readonly proposedRenames: Plan['proposedRenames'];
  /** Undefined when the run failed before a plan was made. */
  readonly counts: PlanCounts | undefined;
  readonly lines: readonly PlanLine[];
  /** Lines that were cut off. */
  readonly omittedLines: number;
  readonly warnings: readonly string[];
  /** Undefined when the reading was not completed. */
  readonly read: ReadCounts | undefined;
  /** Accounts that could not be read and keep their last state. */
  readonly parked: readonly ParkedAccount[];
  /** Addresses of accounts that are not served; empty unless asked for. */
  readonly leftOut: readonly string[];
  /** Of a run for one account. */
  readonly steps: readonly AccountStep[];
}

export interface ReadCounts {
  readonly domains: number;
  /** Accounts there are. */
  readonly users: number;
  /** Accounts that were read whole; of the others only the row in the list was. */
  readonly readWhole: number;
  readonly groups: number;
  /** Listed, and gone when they were to be read. */
  readonly vanished: number;
  /** Left out by the filter; of domains that are not listed, a dry run counts them alone. */
  readonly leftOut: number;
  /** Of the accounts there are, when the one was read whole that was not for longest; undefined when one never was. */
  readonly oldestReadAt: Date | undefined;
}

/** What is known of a run when it begins. */
export interface RunStart {
  readonly runId: string;
  readonly sourceId: string;
  readonly dryRun: boolean;
  readonly startedAt: Date;
}

const nothingKnown = {
  change: undefined,
  generation: undefined,
  error: undefined,
  lockedBy: undefined,
  held: [],
  plan: undefined,
  confirmWith: undefined,
  proposedRenames: [],
  counts: undefined,
  lines: [],
  omittedLines: 0,
  warnings: [],
  read: undefined,
  parked: [],
  leftOut: [],
  steps: [],
} satisfies Partial<SyncReport>;

/** What a report tells of a plan: all but the directories, which need not be kept for it. */
export type PlanFacts = Pick<Plan, 'counts' | 'isEmpty' | 'lines' | 'proposedRenames' | 'riskHash'>;

/** What came of the planning of a run. */
export interface Planned {
  /** Undefined: nothing was read, the mapping alone was applied. */
  readonly read: ReadCounts | undefined;
  readonly parked: readonly ParkedAccount[];
  readonly warnings: readonly string[];
  readonly plan: PlanFacts;
  /** Lines of the plan that were cut off. */
  readonly omittedLines: number;
  /** Why the plan waits, the plan's own reasons and others. */
  readonly held: readonly string[];
  readonly confirmWith: string | undefined;
  readonly leftOut: readonly string[];
  readonly steps: readonly AccountStep[];
}

/** What is told of a plan, at most so many lines. */
export function toPlanFacts(plan: Plan, maxLines: number): PlanFacts {
  const { counts, isEmpty, lines, proposedRenames, riskHash } = plan;
  return { counts, isEmpty, lines: lines.slice(0, maxLines), proposedRenames, riskHash };
}

/** The report of a run that came to a plan. `generation`: of the directory in force after it. */
export function toPlanReport(start: RunStart, endedAt: Date, planned: Planned, generation: number): SyncReport {
  const { read, parked, warnings, plan, omittedLines, held, confirmWith, leftOut, steps } = planned;
  const change = summariseCounts(plan.counts);
  const outcome = toOutcome(start, planned);
  const known: SyncReport = {
    ...start,
    ...nothingKnown,
    outcome,
    endedAt,
    summary: '',
    change,
    generation,
    held,
    plan: plan.riskHash,
    confirmWith: outcome === 'held' ? confirmWith : undefined,
    proposedRenames: plan.proposedRenames,
    counts: plan.counts,
    lines: plan.lines,
    ...{ omittedLines, warnings, read, parked },
    leftOut,
    steps,
  };
  return { ...known, summary: summarise(known) };
}

function toOutcome({ dryRun }: RunStart, { plan, held }: Planned): SyncReport['outcome'] {
  if (held.length > 0) return 'held';
  if (!dryRun) return plan.isEmpty ? 'unchanged' : 'applied';
  // What is only noted for the next reading is no change that anybody asked for.
  return plan.lines.length === 0 ? 'unchanged' : 'planned';
}

/** What was read, without the accounts themselves. */
export function countReading(reading: SourceReading, { counts }: Pick<Plan, 'counts'>): ReadCounts {
  const { domains, users, kept, groups, vanished, unread, oldestReadAt, keptGroups } = reading;
  return {
    domains: domains.length,
    users: users.length + kept.length - keptGroups,
    readWhole: users.length,
    groups: groups.length + keptGroups,
    vanished,
    leftOut: counts.filteredOut + unread.length,
    oldestReadAt,
  };
}

function summarise({ outcome, change, held, confirmWith, read }: SyncReport): string {
  const check =
    read === undefined ? 'the mapping files' : 'the accounts in IceWarp and icewarp.domains and icewarp.groups';
  switch (outcome) {
    case 'held':
      return (
        `held: ${change ?? 'no change'}; nothing was changed: ${held.join('; ')}; check ${check}` +
        `${confirmWith === undefined ? '' : `; if all is right: ${confirmWith}`}`
      );
    case 'planned':
      return `${change ?? 'no change'}; nothing was changed`;
    case 'applied':
      return change ?? 'nothing new; what was read is noted for the next runs';
    default:
      return 'nothing to do';
  }
}

/** The report of a run that failed. `error`: what was thrown. */
export function toFailedReport(start: RunStart, endedAt: Date, error: unknown): SyncReport {
  const code = error instanceof DomainError ? error.code : 'internal';
  const message = messageOf(error);
  const summary = `failed: ${code === 'internal' ? `a fault of the program: ${message}` : message}`;
  return { ...start, ...nothingKnown, outcome: 'failed', endedAt, summary, error: { code, message } };
}

/** The report of a run that did not begin, since another process synchronises. */
export function toLockedReport(start: RunStart, endedAt: Date, lockedBy: LockHolder): SyncReport {
  const message =
    `another sync is going on (${lockedBy.holder}, since ${lockedBy.since.toISOString()}): nothing was read or changed; ` +
    `wait for its end, or until ${lockedBy.expiresAt.toISOString()} if that process is dead`;
  return { ...toFailedReport(start, endedAt, new DomainError('conflict', message)), lockedBy };
}

/** `+3 new, ~2 changed, -1 disabled`, or undefined when nothing differs. */
export function summariseCounts(counts: PlanCounts): string | undefined {
  const parts: readonly (readonly [string, number, string])[] = [
    ['+', counts.new, 'new'],
    ['~', counts.changed, 'changed'],
    ['-', counts.disabled, 'disabled'],
    ['-', counts.removed, 'removed'],
    ['+', counts.returned, 'returned'],
    ['', counts.renamed, 'renamed'],
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
