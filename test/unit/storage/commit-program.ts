/** Commits too much to the database argv[2], whose growth is limited, then little, and prints what came of it. */
import { readdir, readlink } from 'node:fs/promises';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { openDatabase } from '../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../sidecar/storage/directory-store.ts';
import { buildChange, buildCompany, buildRun, buildUser } from '../../contract/directory-builders.ts';

const [, , path = ''] = process.argv;
const store = createDirectoryStore(await openDatabase({ url: `sqlite:${path}`, log: silentLog, lockTimeoutMs: 500 }));

/** Open handles on the database; 0 where the system cannot tell. */
async function countHandles(): Promise<number> {
  const handles = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
  return targets.filter((target) => target === path).length;
}

const outcomes: string[] = [];
const handles: number[] = [];
// The first fails while it writes, the others, small enough for the cache, at their end.
for (const users of [6_000, 2_500, 2_500, 2_500]) {
  const outcome: unknown = await store.commit(1, buildCompany(users), buildRun()).catch((error: unknown) => error);
  outcomes.push(
    outcome instanceof DomainError ? `${outcome.code}: ${outcome.message}` : `unexpected: ${String(outcome)}`,
  );
  handles.push(await countHandles());
}
const { generation, users } = await store.load();
const next = await store.commit(1, buildChange({ users: [buildUser('bob')] }), buildRun());
await store.close();
process.stdout.write(JSON.stringify({ outcomes, handles, generation, users: users.size, next }));
