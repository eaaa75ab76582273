import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DirectorySource } from '../core/ports/directory-source.ts';
import type { DirectoryStore } from '../core/ports/directory-store.ts';
import type { Log } from '../core/ports/log.ts';
import type { ParkedAccounts } from '../core/ports/parked-accounts.ts';
import type { RunLock } from '../core/ports/run-lock.ts';
import type { Confirmations, SyncFilter, SyncPolicy } from '../core/reconcile/plan.ts';
import type { CommitTurns } from './commit-turns.ts';
import type { OnProgress } from './progress.ts';
import type { SyncReport } from './report.ts';

export interface SyncPorts {
  readonly source: DirectorySource;
  readonly store: DirectoryStore;
  readonly parked: ParkedAccounts;
  readonly lock: RunLock;
  /** The mapping in force now. Rejects when there is none that is usable. */
  readonly mapping: () => Promise<Mapping>;
  /** Others in this thread who commit; nobody does when left out. */
  readonly turns?: CommitTurns | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives a fresh UUID. */
  readonly newId: () => string;
  /** Makes a committed directory the one that is served. `changed`: users and groups that the commit changed. */
  readonly publish: (directory: Directory, changed: number) => Promise<void>;
  /** Which generation this process serves; undefined when none. What another process committed is published by the next run. */
  readonly publishedGeneration: () => number | undefined;
  readonly progress: OnProgress;
}

export interface SyncOptions {
  /** Plans, and neither commits nor publishes nor keeps a record. */
  readonly dryRun: boolean;
  readonly includeMailingLists: boolean;
  readonly includeGuests: boolean;
  readonly filter: SyncFilter;
  readonly policy: SyncPolicy;
  readonly confirmed: Confirmations;
  /** Share of the unchanged accounts that is read whole, above 0 and at most 1. */
  readonly deepReadShare: number;
  /** Reads and commits this account alone, canonical address. */
  readonly only: string | undefined;
  /** The report names the accounts that are not served. */
  readonly listLeftOut: boolean;
  /** Lines that the report has at most; the rest is counted. */
  readonly maxLines: number;
  /** Questions to the server at a time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a run ended. */
export interface Ending {
  readonly report: SyncReport;
  /** Nothing of it has to be recorded any more: the commit did that. */
  readonly isRecorded: boolean;
}
