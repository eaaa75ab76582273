import { randomUUID } from 'node:crypto';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { BuildAnswer, BuildRequest, SyncThreadData } from './app-sync-protocol.ts';
import { DomainError } from './core/errors.ts';
import type { CallRecord } from './icewarp/connection.ts';
import { toFailedReport } from './sync/report.ts';
import { createSyncWorker, type SyncWorker } from './sync/worker.ts';

/** How long an aborted run may take to end before its thread is ended. */
const abortGraceMs = 300;

/** Starts the client of the sync thread; the thread itself starts with the first request, and anew after a death. */
export function startSyncThread(
  data: Omit<SyncThreadData, 'calls'>,
  onCall: (call: CallRecord) => void,
): SyncWorker<BuildRequest, BuildAnswer> {
  return createSyncWorker<BuildRequest, BuildAnswer>({
    start() {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (batch: readonly CallRecord[]) => batch.forEach(onCall));
      port1.unref();
      const workerData: SyncThreadData = { ...data, calls: port2 };
      return new Worker(new URL('./sync-thread.ts', import.meta.url), { workerData, transferList: [port2] });
    },
    toFailure(_request, message) {
      const now = new Date();
      const start = { runId: randomUUID(), sourceId: 'icewarp', dryRun: false, startedAt: now };
      return {
        report: toFailedReport(start, now, new DomainError('upstream_unavailable', message)),
        block: undefined,
        mapping: undefined,
      };
    },
    abortGraceMs,
  });
}
