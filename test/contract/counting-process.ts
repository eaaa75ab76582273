/**
 * A process that shares failures through the database argv[2]: prints each change it hears of as a line of JSON, and records a failure
 * of each account named on a line of its input.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { Secret } from '../../sidecar/core/secret.ts';
import { openDatabase } from '../../sidecar/storage/database.ts';
import { createFailureCounters } from '../../sidecar/storage/failure-counters.ts';

const database = await openDatabase({ url: process.argv[2] ?? '', log: silentLog });
const counters = createFailureCounters(database, { key: new Secret('k'.repeat(43)), log: silentLog });
const stop = counters.subscribe((change) => process.stdout.write(`${JSON.stringify(change)}\n`));
for await (const key of createInterface({ input: process.stdin })) {
  const [at, keepUntil] = [new Date(), new Date(Date.now() + 60_000)];
  await counters.record({ id: randomUUID(), subject: { kind: 'account', key }, at, keepUntil });
}
stop();
await database.close();
