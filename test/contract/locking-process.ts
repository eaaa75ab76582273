/** A process that takes the lock "sync" of the database argv[2] for argv[3] milliseconds, says so and keeps it without renewing. */
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../sidecar/storage/database.ts';
import { createRunLock } from '../../sidecar/storage/run-lock.ts';

const [, , url = '', ttlMs = '0'] = process.argv;
const database = await openDatabase({ url, log: silentLog });
const answer = await createRunLock(database).acquire('sync', Number(ttlMs));
process.stdout.write(`${answer.kind}\n`);
process.stdin.resume();
process.stdin.once('end', () => void database.close());
