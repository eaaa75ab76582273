import { randomUUID } from 'node:crypto';
import { readMappingFiles } from './config/mapping-files.ts';
import type { IcewarpAccount, Settings } from './config/settings.ts';
import type { Directory } from './core/model.ts';
import type { DirectoryStore } from './core/ports/directory-store.ts';
import type { Log } from './core/ports/log.ts';
import type { SyncFilter, SyncPolicy } from './core/reconcile/plan.ts';
import { Secret } from './core/secret.ts';
import { systemClock } from './host/system-clock.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { createIcewarpSource } from './icewarp/source.ts';
import { openDatabase } from './storage/database.ts';
import { createDirectoryStore } from './storage/directory-store.ts';
import type { OnProgress } from './sync/progress.ts';
import type { SyncReport } from './sync/report.ts';
import { runSync } from './sync/run.ts';

/** Everything a sync needs to know, as plain data: it crosses into the sync thread, where a Secret would arrive empty. */
export interface SyncJob {
  readonly icewarp: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly acceptAnyCertificate: boolean;
    readonly caFile: string | undefined;
    readonly timeoutMs: number;
  };
  readonly databaseUrl: string;
  readonly mappingsDirectory: string;
  readonly includeMailingLists: boolean;
  readonly filter: SyncFilter;
  readonly policy: SyncPolicy;
}

/** Questions to IceWarp at a time. */
const concurrency = 8;

export function toSyncJob(settings: Settings, account: IcewarpAccount): SyncJob {
  const { icewarp, sync } = settings;
  return {
    icewarp: {
      url: account.url,
      username: account.username,
      password: account.password.reveal(),
      acceptAnyCertificate: icewarp.acceptAnyCertificate,
      caFile: icewarp.caFile,
      timeoutMs: icewarp.timeoutSeconds * 1000,
    },
    databaseUrl: settings.database.url,
    mappingsDirectory: settings.mappings.directory,
    includeMailingLists: icewarp.includeMailingLists,
    filter: { domains: icewarp.domains, groups: icewarp.groups },
    policy: sync,
  };
}

export interface SyncParts {
  readonly store: DirectoryStore;
  /** One run; never rejects (see `runSync`). */
  run(request: SyncRequest): Promise<SyncReport>;
  close(): Promise<void>;
}

export interface SyncRequest {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly progress: OnProgress;
  readonly publishedGeneration: () => number | undefined;
  readonly publish: (directory: Directory) => Promise<void>;
}

/** Makes the parts of a sync: connector, store, mapping. Rejects as `openDatabase` and `createIcewarpSource` do. */
export async function openSyncParts(
  job: SyncJob,
  { log, onCall }: { readonly log: Log; readonly onCall?: (call: CallRecord) => void },
): Promise<SyncParts> {
  const source = createIcewarpSource(
    { ...job.icewarp, password: new Secret(job.icewarp.password), log, ...(onCall === undefined ? {} : { onCall }) },
    { concurrency },
  );
  const store = createDirectoryStore(await openDatabase({ url: job.databaseUrl, log }));
  let told = '';
  const readMapping = async () => {
    const { mapping, warnings } = readMappingFiles(job.mappingsDirectory);
    // The same warnings every five minutes would be noise.
    if (warnings.join('\n') !== told) for (const warning of warnings) log.warn(warning);
    told = warnings.join('\n');
    return mapping;
  };
  return {
    store,
    run: ({ dryRun, signal, ...request }) =>
      runSync(
        { source, store, mapping: readMapping, clock: systemClock, log, newId: randomUUID, ...request },
        { dryRun, signal, concurrency, ...job },
      ),
    async close() {
      await Promise.allSettled([source.close(), store.close()]);
    },
  };
}
