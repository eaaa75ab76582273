import { parentPort, workerData } from 'node:worker_threads';
import { openSyncParts, type SyncJob, type SyncParts } from './app-sync-job.ts';
import { type BuildAnswer, type BuildRequest, createCallBatch, type SyncThreadData } from './app-sync-protocol.ts';
import type { Directory } from './core/model.ts';
import { buildSnapshot } from './directory/builder.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import { createLog } from './observe/log.ts';
import { serveSync } from './sync/serve-sync.ts';

/** Entry of the sync thread: reads, plans, commits and lays the snapshot out, all away from logins and searches. */
const { job, baseDn, logLevel, logFormat, calls } = workerData as SyncThreadData;
const log = createLog({ level: logLevel, format: logFormat, destination: process.stderr });
const onCall = createCallBatch(calls);
/** Lines of a report that cross into the main thread: nobody there reads a first import line by line. */
const maxLines = 1_000;
let parts: Promise<SyncParts> | undefined;

const openParts = (syncJob: SyncJob): Promise<SyncParts> => {
  parts ??= openSyncParts(syncJob, { log, onCall });
  // A database that could not be opened is tried again by the next request.
  parts.catch(() => {
    parts = undefined;
  });
  return parts;
};

const build = (directory: Directory): SnapshotBlock => buildSnapshot(directory, { baseDn, publishedAt: new Date() });

if (parentPort === null) throw new TypeError('sync-thread.ts is started as a worker thread only');
serveSync<BuildRequest, BuildAnswer>(parentPort, async (request, { signal, progress }) => {
  const { run, applyMapping, mappingState, store } = await openParts(job);
  if (request.kind === 'load') {
    const directory = await store.load();
    const isNew = directory.generation > 0 && directory.generation !== request.publishedGeneration;
    return { report: undefined, block: isNew ? build(directory) : undefined, mapping: undefined };
  }
  let block: SnapshotBlock | undefined;
  const publish = async (directory: Directory) => {
    block = build(directory);
  };
  const common = { dryRun: false, maxLines, publish };
  const report =
    request.kind === 'mapping'
      ? await applyMapping(common)
      : await run({ ...common, signal, progress, publishedGeneration: () => request.publishedGeneration });
  return { report, block, mapping: mappingState() };
});
