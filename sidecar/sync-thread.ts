import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { keepNumbersOf } from './app-numbers.ts';
import { openSyncParts, type SyncJob, type SyncParts } from './app-sync-job.ts';
import {
  type AccountRequest,
  type BuildAnswer,
  type BuildRequest,
  createCallBatch,
  type FollowRequest,
  type SyncThreadData,
  type SyncThreadRequest,
} from './app-sync-protocol.ts';
import { DomainError, messageOf } from './core/errors.ts';
import type { Directory } from './core/model.ts';
import { buildSnapshot } from './directory/builder.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import { applyDelta } from './directory/overlay-builder.ts';
import { collectGarbage } from './host/collect-garbage.ts';
import { createLog } from './observe/log.ts';
import { type ServeContext, type SyncHandler, serveSync } from './sync/serve-sync.ts';

/** Entry of the sync thread: reads, plans, commits and lays the snapshot out, all away from logins and searches. */
const { job, baseDn, numbers, logLevel, logFormat, calls, toldMapping } = workerData as SyncThreadData;
const log = createLog({ level: logLevel, format: logFormat, destination: process.stderr });
const onCall = createCallBatch(calls);
/** Lines of a report that cross into the main thread: nobody there reads a first import line by line. */
const maxLines = 1_000;
/** A commit of more entries is laid out whole, as the directory is at hand: laid over what is served, they would take longer. */
const maxFollowed = 200;
const nothing: BuildAnswer = { report: undefined, block: undefined, spare: 'unused', mapping: undefined };
let parts: Promise<SyncParts> | undefined;

const openParts = (syncJob: SyncJob): Promise<SyncParts> => {
  parts ??= openSyncParts(syncJob, { log, onCall, toldMapping });
  // A database that could not be opened is tried again by the next request.
  parts.catch(() => {
    parts = undefined;
  });
  return parts;
};

const build = async (directory: Directory, memory: SharedArrayBuffer | undefined): Promise<SnapshotBlock> => {
  const { keptNumbers: store } = await openParts(job);
  const keptNumbers = await keepNumbersOf(directory, numbers, store);
  const publishedAt = new Date();
  return buildSnapshot(directory, { baseDn, publishedAt, keptNumbers, ...(memory === undefined ? {} : { memory }) });
};

const load = async ({ store }: SyncParts, request: Pick<BuildRequest, 'publishedGeneration' | 'memory'>) => {
  const directory = await store.load();
  const isNew = directory.generation > 0 && directory.generation !== request.publishedGeneration;
  return isNew ? { ...nothing, block: await build(directory, request.memory), spare: 'used' as const } : nothing;
};

const follow = async (syncParts: SyncParts, request: FollowRequest): Promise<BuildAnswer> => {
  const { generation: previousGeneration } = request.served.header;
  const difference = await syncParts.changes.since(previousGeneration);
  if (difference === undefined) return await load(syncParts, request);
  if (difference.generation === previousGeneration) return nothing;
  const block = applyDelta(request.served, { ...difference, previousGeneration, publishedAt: new Date() });
  return block === undefined ? await load(syncParts, request) : { ...nothing, block };
};

const readAccount = async (
  syncParts: SyncParts,
  { address, domains }: AccountRequest,
  signal: AbortSignal,
): Promise<BuildAnswer> => {
  try {
    const account = { isRead: true as const, ...(await syncParts.readAccount(address, domains, signal)) };
    return { ...nothing, account, toFollow: account.generation };
  } catch (error) {
    const code = error instanceof DomainError ? error.code : undefined;
    return { ...nothing, account: { isRead: false, code, message: messageOf(error) } };
  }
};

const commit = async (
  { run, applyMapping, mappingState }: SyncParts,
  { kind, memory, publishedGeneration, isLaden }: BuildRequest,
  { signal, progress }: ServeContext,
): Promise<BuildAnswer> => {
  let block: SnapshotBlock | undefined;
  let toFollow: number | undefined;
  const publish = async (directory: Directory, changed: number) => {
    if (publishedGeneration !== undefined && changed <= maxFollowed && !isLaden) {
      toFollow = directory.generation;
      return;
    }
    // What is left of reading and planning would stand beside the snapshot to the end.
    await collectGarbage();
    // What a second publication of one run would overwrite is not read by anybody yet.
    block = await build(directory, memory);
  };
  const common = { dryRun: false, maxLines, publish };
  // A run that finds nothing new has the directory at hand all the same: the time to lay out what has gathered.
  const served = isLaden ? undefined : publishedGeneration;
  const report =
    kind === 'mapping'
      ? await applyMapping(common)
      : await run({ ...common, signal, progress, publishedGeneration: () => served });
  return { report, block, toFollow, spare: block === undefined ? 'unused' : 'used', mapping: mappingState() };
};

/** Niceness of this thread: whatever a sync takes, searches and logins go first. */
const niceness = 5;
// Linux counts it by thread. Elsewhere it would be the whole process that stands back.
if (process.platform === 'linux') setPriority(niceness);

if (parentPort === null) throw new TypeError('sync-thread.ts is started as a worker thread only');

const answer: SyncHandler<SyncThreadRequest, BuildAnswer> = async (request, context) => {
  const syncParts = await openParts(job);
  switch (request.kind) {
    case 'load':
      return await load(syncParts, request);
    case 'follow':
      return await follow(syncParts, request);
    case 'account':
      return await readAccount(syncParts, request, context.signal);
    case 'run':
    case 'mapping':
      return await commit(syncParts, request, context);
  }
};

// Closed in order, so that the session at IceWarp does not stay open.
serveSync(parentPort, answer, async () => (await parts)?.close());
