import { randomUUID } from 'node:crypto';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MappingTold } from './app-mapping.ts';
import type { BuildAnswer, SyncThreadData, SyncThreadRequest } from './app-sync-protocol.ts';
import { DomainError } from './core/errors.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { toFailedReport } from './sync/report.ts';
import { createSyncWorker, type SyncWorker } from './sync/worker.ts';

/** How long an aborted run may take to end before its thread is ended. */
const abortGraceMs = 300;
const maxYoungGenerationSizeMb = 16;
/** Beyond it a server is too large for one process. */
const maxHeapMb = 16_384;

/** How the thread is started. */
export interface SyncThreadTerms {
  readonly url: URL;
  /** How long the thread waits for the next request. */
  readonly idleMs: number;
  /**
   * What its objects may take at first. Without a limit V8 collects late and a sync takes half as much memory again; 100,000 users
   * need about half of this, and whatever lies in shared memory or buffers does not count.
   */
  readonly heapMb: number;
}

const usualTerms: SyncThreadTerms = {
  url: new URL('./sync-thread.ts', import.meta.url),
  idleMs: 10_000,
  heapMb: 512,
};

/**
 * Starts the client of the sync thread; the thread itself starts with the first request, and anew after a death or an idle time.
 * One that ran out of memory is started with twice as much, and asked again.
 */
export function startSyncThread(
  data: Omit<SyncThreadData, 'calls' | 'toldMapping'>,
  onCall: (call: CallRecord) => void,
  { url, idleMs, heapMb }: SyncThreadTerms = usualTerms,
): SyncWorker<SyncThreadRequest, BuildAnswer> {
  let toldMapping: MappingTold | undefined;
  let limitMb = heapMb;
  const failures = new WeakSet<BuildAnswer>();
  const worker = createSyncWorker<SyncThreadRequest, BuildAnswer>({
    start() {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (batch: readonly CallRecord[]) => batch.forEach(onCall));
      port1.unref();
      const workerData: SyncThreadData = { ...data, toldMapping, calls: port2 };
      const resourceLimits = { maxOldGenerationSizeMb: limitMb, maxYoungGenerationSizeMb };
      const thread = new Worker(url, { workerData, transferList: [port2], resourceLimits });
      return thread.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') limitMb = Math.min(limitMb * 2, maxHeapMb);
      });
    },
    toFailure(_request, message) {
      const now = new Date();
      const start = { runId: randomUUID(), sourceId: 'icewarp', dryRun: false, startedAt: now };
      const report = toFailedReport(start, now, new DomainError('upstream_unavailable', message));
      const failure: BuildAnswer = { report, block: undefined, spare: 'used', mapping: undefined };
      failures.add(failure);
      return failure;
    },
    ...{ abortGraceMs, idleMs },
  });
  const run: typeof worker.run = async (request, hooks) => {
    const limitBefore = limitMb;
    const answer = await worker.run(request, hooks);
    if (failures.has(answer) && limitMb > limitBefore) return await run(request, hooks);
    if (answer.mapping?.kind === 'in_force') toldMapping = answer.mapping;
    return answer;
  };
  return { run, stop: () => worker.stop() };
}
