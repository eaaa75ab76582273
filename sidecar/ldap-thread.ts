import { parentPort, workerData } from 'node:worker_threads';
import type { LdapThreadData } from './app-ldap-protocol.ts';
import { runLdapWorker } from './facade/ldap/worker.ts';
import { createLog } from './observe/log.ts';

/** Entry of an LDAP worker thread. */
const { worker, logLevel, logFormat } = workerData as LdapThreadData;
if (parentPort === null) throw new TypeError('ldap-thread.ts is started as a worker thread only');
const log = createLog({ level: logLevel, format: logFormat, destination: process.stderr });
await runLdapWorker(parentPort, worker, log);
