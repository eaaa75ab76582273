import { DomainError, messageOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { SyncReport } from './report.ts';

/** Share of the interval by which it is lengthened or shortened at random, so that several replicas do not beat in time. */
const jitter = 0.1;
/** First pause after a failure; it doubles with each further one. */
const firstRetryMs = 5_000;
/** Longest pause after a failure. */
const lastRetryMs = 300_000;

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** From the end of a run to the next one. */
  readonly intervalMs: number;
  /** One run; should not reject, and is taken as failed when it does. */
  readonly run: (signal: AbortSignal) => Promise<SyncReport>;
  /** Evenly between 0 and 1, as Math.random gives it. */
  readonly random: () => number;
}

/** What health and metrics show. Times as the clock has them. */
export interface ScheduleState {
  readonly isRunning: boolean;
  readonly lastRun: Pick<SyncReport, 'outcome' | 'summary' | 'startedAt' | 'endedAt'> | undefined;
  /** Undefined while a run is going on, and when stopped. */
  readonly nextRunAt: Date | undefined;
  /** Of the last run, when that failed. */
  readonly lastError: string | undefined;
  readonly failuresInARow: number;
  /** What waits for an administrator since the last run that came to a plan. */
  readonly heldPlan:
    | {
        /** The plan's name for `sync --confirm`; null when it has none. */
        readonly plan: string | null;
        readonly reasons: readonly string[];
        readonly confirmWith: string | null;
      }
    | undefined;
}

export interface Schedule {
  /** Begins with a run at once; a `trigger()` that follows on the spot waits for that very run. */
  start(): void;
  /**
   * A run that begins after this call: at once, or when the one going on has ended. Calls that wait for the same run get
   * the same report. Rejects with `conflict` when the schedule was not started or is stopped before the run.
   */
  trigger(): Promise<SyncReport>;
  /** Aborts the run going on, waits for its end, and starts no other. */
  stop(): Promise<void>;
  state(): ScheduleState;
}

interface Waiter {
  readonly resolve: (report: SyncReport) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs again and again: an interval after each end, sooner and then ever later after failures. A turn in which another process
 * held the lock is skipped.
 */
export function createSchedule(options: ScheduleOptions): Schedule {
  const { clock, log } = options;
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;
  let waiters: Waiter[] = [];
  let wake = new AbortController();
  let isRunning = false;
  let isSkipped = false;
  let lastRun: ScheduleState['lastRun'];
  let heldPlan: ScheduleState['heldPlan'];
  let lastError: string | undefined;
  let nextRunAt: Date | undefined;
  let failuresInARow = 0;

  const runOnce = async () => {
    const served = waiters;
    waiters = [];
    isRunning = true;
    try {
      const report = await options.run(stopping.signal);
      for (const waiter of served) waiter.resolve(report);
      isSkipped = report.lockedBy !== undefined;
      if (!isSkipped) {
        lastRun = pickEnd(report);
        if (report.outcome !== 'failed') heldPlan = pickHeldPlan(report);
        lastError = report.outcome === 'failed' ? report.summary : undefined;
      }
    } catch (error) {
      isSkipped = false;
      lastError = messageOf(error);
      log.error('the sync run broke off', { error });
      for (const waiter of served) waiter.reject(error);
    }
    isRunning = false;
    // Another process synchronised in our stead: that is neither a failure nor the end of one.
    if (isSkipped) return;
    failuresInARow = lastError === undefined ? 0 : failuresInARow + 1;
  };

  const pause = async () => {
    const ms = pauseAfter(options, isSkipped ? 0 : failuresInARow);
    nextRunAt = new Date(clock.now().getTime() + ms);
    wake = new AbortController();
    // A call that came while the run was ending found nothing to wake.
    if (waiters.length > 0) wake.abort();
    const either = AbortSignal.any([wake.signal, stopping.signal]);
    try {
      await clock.sleep(ms, either);
    } catch (error) {
      if (!either.aborted) throw error;
    }
    nextRunAt = undefined;
  };

  const repeat = async () => {
    while (!stopping.signal.aborted) {
      await runOnce();
      if (!stopping.signal.aborted) await pause();
    }
  };

  return {
    start() {
      loop ??= Promise.resolve().then(repeat);
    },
    trigger() {
      if (loop === undefined || stopping.signal.aborted) return Promise.reject(notRunning());
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        wake.abort();
      });
    },
    async stop() {
      stopping.abort(
        new DomainError('conflict', 'the sidecar is stopping: the sync was broken off, nothing was changed'),
      );
      await loop;
      for (const waiter of waiters) waiter.reject(notRunning());
      waiters = [];
    },
    state: () => ({
      isRunning,
      lastRun,
      nextRunAt,
      lastError,
      failuresInARow,
      heldPlan,
    }),
  };
}

function pickEnd({ outcome, summary, startedAt, endedAt }: SyncReport): ScheduleState['lastRun'] {
  return { outcome, summary, startedAt, endedAt };
}

function pickHeldPlan({ outcome, plan, held, confirmWith }: SyncReport): ScheduleState['heldPlan'] {
  return outcome === 'held' ? { plan: plan ?? null, reasons: held, confirmWith: confirmWith ?? null } : undefined;
}

function pauseAfter({ intervalMs, random }: ScheduleOptions, failures: number): number {
  const shortest = Math.min(firstRetryMs, intervalMs);
  const base = failures === 0 ? intervalMs : Math.min(shortest * 2 ** (failures - 1), lastRetryMs);
  return Math.round(base * (1 - jitter + 2 * jitter * random()));
}

function notRunning(): DomainError {
  return new DomainError(
    'conflict',
    'no sync is scheduled: the sidecar is starting or stopping; try again when it is up',
  );
}
