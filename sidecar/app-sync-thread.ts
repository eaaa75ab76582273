import { randomUUID } from 'node:crypto';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MappingTold } from './app-mapping.ts';
import type { BuildAnswer, BuildRequest, SyncThreadData } from './app-sync-protocol.ts';
import { DomainError } from './core/errors.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { toFailedReport } from './sync/report.ts';
import { createSyncWorker, type SyncWorker } from './sync/worker.ts';

/** How long an aborted run may take to end before its thread is ended. */
const abortGraceMs = 300;
/** How long the thread waits for the next request. */
const idleMs = 10_000;
/**
 * Without a limit V8 collects late and a sync takes half as much memory again. A hundred thousand users need about a third of this;
 * whatever lies in shared memory or buffers does not count.
 */
const resourceLimits = { maxOldGenerationSizeMb: 1_536, maxYoungGenerationSizeMb: 16 };

/** Starts the client of the sync thread; the thread itself starts with the first request, and anew after a death or an idle time. */
export function startSyncThread(
  data: Omit<SyncThreadData, 'calls' | 'toldMapping'>,
  onCall: (call: CallRecord) => void,
): SyncWorker<BuildRequest, BuildAnswer> {
  let toldMapping: MappingTold | undefined;
  const worker = createSyncWorker<BuildRequest, BuildAnswer>({
    start() {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (batch: readonly CallRecord[]) => batch.forEach(onCall));
      port1.unref();
      const workerData: SyncThreadData = { ...data, toldMapping, calls: port2 };
      const url = new URL('./sync-thread.ts', import.meta.url);
      return new Worker(url, { workerData, transferList: [port2], resourceLimits });
    },
    toFailure(_request, message) {
      const now = new Date();
      const start = { runId: randomUUID(), sourceId: 'icewarp', dryRun: false, startedAt: now };
      const report = toFailedReport(start, now, new DomainError('upstream_unavailable', message));
      return { report, block: undefined, spare: 'used', mapping: undefined };
    },
    ...{ abortGraceMs, idleMs },
  });
  return {
    async run(request, hooks) {
      const answer = await worker.run(request, hooks);
      if (answer.mapping?.kind === 'in_force') toldMapping = answer.mapping;
      return answer;
    },
    stop: () => worker.stop(),
  };
}
