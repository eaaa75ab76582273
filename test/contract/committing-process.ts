/** A process that commits a company of argv[3] users to the database argv[2], for tests that kill it. */
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../sidecar/storage/directory-store.ts';
import { buildCompany, buildRun } from './directory-builders.ts';

const [, , url = '', users = '0'] = process.argv;
const store = createDirectoryStore(await openDatabase({ url, log: silentLog }));
const change = buildCompany(Number(users));
const base = await store.generation();
process.stdout.write('committing\n');
await store.commit(base, change, buildRun());
process.stdout.write('committed\n');
await store.close();
