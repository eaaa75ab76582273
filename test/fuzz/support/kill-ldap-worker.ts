import { unlinkSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/**
 * Loaded before the service by `--import`, so in each of its threads: when the file named by SOAK_KILL_FILE appears, the LDAP worker
 * that manages to remove it dies of an uncaught error. The product itself knows nothing of this.
 */
const file = process.env.SOAK_KILL_FILE;
const isLdapWorker = typeof workerData === 'object' && workerData !== null && 'worker' in workerData;

if (!isMainThread && isLdapWorker && file !== undefined) {
  setInterval(() => {
    try {
      unlinkSync(file);
    } catch {
      return;
    }
    throw new Error('killed by the soak test');
  }, 100).unref();
}
