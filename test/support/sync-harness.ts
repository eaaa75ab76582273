import { type Directory, emptyDirectory } from '../../sidecar/core/model.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { parseSyncFilter } from '../../sidecar/core/reconcile/filter.ts';
import type { SyncProgress } from '../../sidecar/sync/progress.ts';
import type { SyncReport } from '../../sidecar/sync/report.ts';
import { runSync } from '../../sidecar/sync/run.ts';
import type { SyncOptions, SyncPorts } from '../../sidecar/sync/run-terms.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryDirectoryStore } from './memory-directory-store.ts';
import { createMemoryParkedAccounts } from './memory-parked-accounts.ts';
import { createMemoryRunLock } from './memory-run-lock.ts';
import { type Company, createScriptedSource } from './scripted-source.ts';

/** The default settings. */
export const usualPolicy: SyncOptions['policy'] = {
  missingUsers: 'disable',
  graceDays: 30,
  limitUsers: 20,
  limitPercent: 10,
  limitMembersPercent: 20,
  limitArchiveGrants: 20,
};

/** A sync with a scripted server, a store in memory and everything that was published. */
export function createSyncHarness(company: Partial<Company>, start: Directory = emptyDirectory) {
  const source = createScriptedSource(company);
  const store = createMemoryDirectoryStore(start);
  const clock = createManualClock();
  const lock = createMemoryRunLock(clock);
  const parked = createMemoryParkedAccounts();
  const published: Directory[] = [];
  const progress: SyncProgress[] = [];
  let ids = 0;
  const ports: SyncPorts = {
    source,
    store,
    clock,
    lock,
    parked,
    mapping: async () => ({ defaults: ['LogOn', 'ReadOwnArchive'], rules: [] }),
    log: silentLog,
    newId: () => {
      ids += 1;
      return `10000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    publish: async (directory) => void published.push(directory),
    publishedGeneration: () => published.at(-1)?.generation,
    progress: (event) => void progress.push(event),
  };
  const run = (options: Partial<SyncOptions> = {}, changed: Partial<SyncPorts> = {}): Promise<SyncReport> =>
    runSync(
      { ...ports, ...changed },
      {
        dryRun: false,
        includeMailingLists: false,
        includeGuests: false,
        filter: parseSyncFilter([], []),
        policy: usualPolicy,
        confirmed: { risk: undefined, renames: new Map() },
        deepReadShare: 1,
        only: undefined,
        listLeftOut: false,
        maxLines: Number.POSITIVE_INFINITY,
        concurrency: 8,
        ...options,
      },
    );
  return { source, store, clock, lock, parked, published, progress, run };
}
