import type { Registry } from 'prom-client';
import { createStateGauges } from './state-gauge.ts';

/** What the schedule knows of its runs. */
export interface SyncState {
  readonly lastRunAt: Date | undefined;
  /** Undefined while a run is going on. */
  readonly nextRunAt: Date | undefined;
  readonly failuresInARow: number;
  /** A plan waits for an administrator. */
  readonly isHeld: boolean;
}

/** Adds gauges that ask for the state of the schedule when they are read. What is not known has no value. */
export function addSyncGauges(registry: Registry, prefix: string, state: () => SyncState): void {
  const gauge = createStateGauges(registry, prefix, state);
  gauge('sync_last_run_timestamp_seconds', 'When the last run ended, however it did (Unix time).', ({ lastRunAt }) =>
    toSeconds(lastRunAt),
  );
  gauge('sync_next_run_timestamp_seconds', 'When the next run begins (Unix time).', ({ nextRunAt }) =>
    toSeconds(nextRunAt),
  );
  gauge('sync_failures_in_a_row', 'Failed runs since the last one that did not fail.', (known) => known.failuresInARow);
  gauge('sync_plan_held', '1 while a plan waits for an administrator, else 0.', ({ isHeld }) => (isHeld ? 1 : 0));
}

function toSeconds(time: Date | undefined): number | undefined {
  return time === undefined ? undefined : time.getTime() / 1000;
}
