import { randomUUID } from 'node:crypto';
import { createMappingLoader, type MappingTold } from './app-mapping.ts';
import { readMachineNames, toOwnPlaces } from './app-own-directory.ts';
import type { IcewarpAccount, Settings } from './config/settings.ts';
import { messageOf } from './core/errors.ts';
import type { Directory } from './core/model.ts';
import type { AccountFinder } from './core/ports/account-finder.ts';
import type { DirectoryChanges } from './core/ports/directory-changes.ts';
import type { DirectorySource, SourceDomain } from './core/ports/directory-source.ts';
import type { DirectoryStore } from './core/ports/directory-store.ts';
import type { KeptNumbers } from './core/ports/kept-numbers.ts';
import type { Log } from './core/ports/log.ts';
import type { KeptMapping } from './core/ports/mapping-store.ts';
import type { Confirmations, SyncFilter, SyncPolicy } from './core/reconcile/plan.ts';
import { Secret } from './core/secret.ts';
import { systemClock } from './host/system-clock.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { createIcewarpSource } from './icewarp/source.ts';
import { createAccountSurroundings } from './storage/account-surroundings.ts';
import { openDatabase } from './storage/database.ts';
import { createDirectoryChanges } from './storage/directory-changes.ts';
import { createDirectoryStore } from './storage/directory-store.ts';
import { createKeptNumbers } from './storage/kept-numbers.ts';
import { createMappingStore } from './storage/mapping-store.ts';
import { createParkedAccounts } from './storage/parked-accounts.ts';
import { createRunLock } from './storage/run-lock.ts';
import { applyMapping, type MappingApplyOptions } from './sync/apply-mapping.ts';
import { type BeforeUseAnswer, readBeforeUse } from './sync/before-use.ts';
import { createCommitTurns } from './sync/commit-turns.ts';
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
  /** Where a date in a mapping file begins. */
  readonly mappingsTimeZone: string;
  /** Where IceWarp may reach our own LDAP. */
  readonly ownPlaces: readonly string[];
  readonly includeMailingLists: boolean;
  readonly includeGuests: boolean;
  readonly filter: SyncFilter;
  readonly policy: SyncPolicy;
  readonly deepReadShare: number;
}

/** Node gives a UUID as a rope of twenty pieces, which takes 600 bytes for as long as nobody reads it; this one takes 56. */
function createId(): string {
  return Buffer.from(randomUUID(), 'latin1').toString('latin1');
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
    mappingsTimeZone: settings.mappings.timeZone,
    ownPlaces: toOwnPlaces(settings, account.url, readMachineNames()),
    includeMailingLists: icewarp.includeMailingLists,
    includeGuests: icewarp.includeGuests,
    filter: { domains: icewarp.domains, groups: icewarp.groups },
    policy: sync,
    deepReadShare: sync.deepReadShare,
  };
}

export interface SyncParts {
  readonly store: DirectoryStore;
  readonly keptNumbers: KeptNumbers;
  /** One run; never rejects (see `runSync`). */
  run(request: SyncRequest): Promise<SyncReport>;
  /** Applies the mapping to the stored directory; never rejects (see `applyMapping`). */
  applyMapping(request: MappingRequest): Promise<SyncReport>;
  /** Reads one account and stores what follows from it. Rejects as `readBeforeUse` does. */
  readAccount(
    address: string,
    domains: readonly SourceDomain[] | undefined,
    signal: AbortSignal,
  ): Promise<BeforeUseAnswer>;
  /** What was committed lately. */
  readonly changes: DirectoryChanges;
  /** The mapping as last loaded. */
  mappingState(): MappingOutcome | undefined;
  close(): Promise<void>;
}

export interface SyncRequest {
  readonly dryRun: boolean;
  /** Nothing is confirmed when left out. */
  readonly confirmed?: Confirmations | undefined;
  /** This account alone, canonical address. */
  readonly only?: string | undefined;
  /** The report names the accounts that are not served. */
  readonly listLeftOut?: boolean;
  /** Lines that the report has at most; all when left out. */
  readonly maxLines?: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress: OnProgress;
  readonly publishedGeneration: () => number | undefined;
  readonly publish: Publish;
}

/** Makes a committed directory the one that is served. `changed`: users and groups that the commit changed. */
type Publish = (directory: Directory, changed: number) => Promise<void>;

export interface MappingRequest {
  readonly dryRun: boolean;
  readonly confirm?: string | undefined;
  readonly maxLines?: number;
  readonly publish: Publish;
}

/** What came of the last look at the mapping files. */
export type MappingOutcome =
  | ({ readonly kind: 'in_force' } & MappingTold)
  /** There is none that could be used. */
  | { readonly kind: 'none'; readonly message: string };

export interface SyncPartsOptions {
  readonly log: Log;
  readonly onCall?: (call: CallRecord) => void;
  /** What parts made before these told of the mapping. */
  readonly toldMapping?: MappingTold | undefined;
}

/** Makes the connector alone. Throws as `createIcewarpSource` does. */
export function openSource(
  { icewarp, ownPlaces }: SyncJob,
  { log, onCall }: SyncPartsOptions,
): DirectorySource & AccountFinder {
  const connection = { ...icewarp, password: new Secret(icewarp.password), log };
  return createIcewarpSource(onCall === undefined ? connection : { ...connection, onCall }, {
    concurrency,
    ownPlaces,
  });
}

/** Makes the parts of a sync: connector, store, mapping. Rejects as `openDatabase` and `createIcewarpSource` do. */
export async function openSyncParts(job: SyncJob, options: SyncPartsOptions): Promise<SyncParts> {
  const { log } = options;
  const source = openSource(job, options);
  const database = await openDatabase({ url: job.databaseUrl, log });
  const store = createDirectoryStore(database);
  const turns = createCommitTurns();
  const kept = { store, turns, parked: createParkedAccounts(database), lock: createRunLock(database) };
  const surroundings = createAccountSurroundings(database);
  const folder = { directory: job.mappingsDirectory, timeZone: job.mappingsTimeZone };
  const mappings = createMappingLoader(folder, createMappingStore(database), log, options.toldMapping);
  let outcome: MappingOutcome | undefined;
  /** The mapping as one request sees it: requests run side by side. */
  const followMapping = (keep: boolean) => {
    let pending: KeptMapping | undefined;
    return {
      async load() {
        try {
          const { mapping, state, warnings, ...loaded } = await mappings.load({ keep });
          pending = loaded.pending;
          outcome = { kind: 'in_force', state, warnings };
          return mapping;
        } catch (error) {
          outcome = { kind: 'none', message: messageOf(error) };
          throw error;
        }
      },
      /** What cannot be kept is in doubt again, until a request finds nothing to change by it. */
      async settle(report: SyncReport): Promise<SyncReport> {
        const isApplied = report.outcome === 'applied' || report.outcome === 'unchanged';
        if (pending === undefined || !isApplied || report.dryRun || report.lockedBy !== undefined) return report;
        await mappings.keep(pending).catch((error: unknown) => {
          log.error('the mapping that was applied could not be kept', { reason: messageOf(error) });
        });
        return report;
      },
    };
  };
  return {
    store,
    keptNumbers: createKeptNumbers(database),
    run: async ({ dryRun, signal, confirmed, only, listLeftOut, maxLines, ...request }) => {
      const mapping = followMapping(!dryRun);
      const report = await runSync(
        {
          ...{ source, ...kept, clock: systemClock, log, newId: createId, ...request },
          mapping: mapping.load,
        },
        {
          ...job,
          ...{ dryRun, signal, concurrency, only },
          confirmed: confirmed ?? { risk: undefined, renames: new Map() },
          listLeftOut: listLeftOut ?? false,
          maxLines: maxLines ?? Number.POSITIVE_INFINITY,
        },
      );
      // One account says nothing of the rights of the others.
      return only === undefined ? await mapping.settle(report) : report;
    },
    async applyMapping({ dryRun, confirm, maxLines = Number.POSITIVE_INFINITY, publish }) {
      const ports = { store, clock: systemClock, log, newId: createId, publish };
      const { sourceId } = source;
      const options: MappingApplyOptions = { sourceId, policy: job.policy, dryRun, confirm, maxLines };
      const mapping = followMapping(!dryRun);
      return mapping.settle(await applyMapping({ ...ports, mapping: mapping.load }, options));
    },
    readAccount: (address, domains, signal) =>
      readBeforeUse(
        {
          ...{ sourceId: source.sourceId, finder: source, surroundings, store, turns },
          // What is pending is in doubt, which holds rights back.
          mapping: async () => (await mappings.load({ keep: false })).mapping,
          ...{ clock: systemClock, log, newId: createId },
        },
        { ...job, signal },
        address,
        domains,
      ),
    changes: createDirectoryChanges(database),
    mappingState: () => outcome,
    async close() {
      await Promise.allSettled([source.close(), store.close()]);
    },
  };
}
