import { parentPort, workerData } from 'node:worker_threads';
import { openSyncParts, type SyncJob, type SyncParts } from './app-sync-job.ts';
import { type BuildAnswer, type BuildRequest, createCallBatch, type SyncThreadData } from './app-sync-protocol.ts';
import type { Directory } from './core/model.ts';
import { buildSnapshot } from './directory/builder.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import { collectGarbage } from './host/collect-garbage.ts';
import { createLog } from './observe/log.ts';
import { type SyncHandler, serveSync } from './sync/serve-sync.ts';

/** Entry of the sync thread: reads, plans, commits and lays the snapshot out, all away from logins and searches. */
const { job, baseDn, logLevel, logFormat, calls, toldMapping } = workerData as SyncThreadData;
const log = createLog({ level: logLevel, format: logFormat, destination: process.stderr });
const onCall = createCallBatch(calls);
/** Lines of a report that cross into the main thread: nobody there reads a first import line by line. */
const maxLines = 1_000;
let parts: Promise<SyncParts> | undefined;

const openParts = (syncJob: SyncJob): Promise<SyncParts> => {
  parts ??= openSyncParts(syncJob, { log, onCall, toldMapping });
  // A database that could not be opened is tried again by the next request.
  parts.catch(() => {
    parts = undefined;
  });
  return parts;
};

const build = (directory: Directory, memory: SharedArrayBuffer | undefined): SnapshotBlock =>
  buildSnapshot(directory, { baseDn, publishedAt: new Date(), ...(memory === undefined ? {} : { memory }) });

if (parentPort === null) throw new TypeError('sync-thread.ts is started as a worker thread only');

const answer: SyncHandler<BuildRequest, BuildAnswer> = async (request, { signal, progress }) => {
  const { run, applyMapping, mappingState, store } = await openParts(job);
  if (request.kind === 'load') {
    const directory = await store.load();
    const isNew = directory.generation > 0 && directory.generation !== request.publishedGeneration;
    if (!isNew) return { report: undefined, block: undefined, spare: 'unused', mapping: undefined };
    return { report: undefined, block: build(directory, request.memory), spare: 'used', mapping: undefined };
  }
  let block: SnapshotBlock | undefined;
  const publish = async (directory: Directory) => {
    // What is left of reading and planning would stand beside the snapshot to the end.
    await collectGarbage();
    // What a second publication of one run would overwrite is not read by anybody yet.
    block = build(directory, request.memory);
  };
  const common = { dryRun: false, maxLines, publish };
  const report =
    request.kind === 'mapping'
      ? await applyMapping(common)
      : await run({ ...common, signal, progress, publishedGeneration: () => request.publishedGeneration });
  return { report, block, spare: block === undefined ? 'unused' : 'used', mapping: mappingState() };
};

// Closed in order, so that the session at IceWarp does not stay open.
serveSync(parentPort, answer, async () => (await parts)?.close());
