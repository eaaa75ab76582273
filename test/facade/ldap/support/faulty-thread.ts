import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '../../../../sidecar/core/ports/log.ts';
import { runLdapWorker } from '../../../../sidecar/facade/ldap/worker.ts';
import type { LdapWorkerData } from '../../../../sidecar/facade/ldap/worker-protocol.ts';

/** An LDAP worker that dies when it is told to, in one of the ways in which a program with a fault dies. */
const { worker, diesAtStart } = workerData as { worker: LdapWorkerData; diesAtStart: boolean };
if (diesAtStart) throw new Error('dead on arrival');
parentPort?.on('message', (message: { kind: string }) => {
  if (message.kind === 'test:throw') throw new Error('a fault of the worker');
  if (message.kind === 'test:out-of-memory') {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => index * 1.5));
  }
});
if (parentPort !== null) await runLdapWorker(parentPort, worker, silentLog);
