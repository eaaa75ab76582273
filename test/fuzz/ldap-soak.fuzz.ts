import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeFolder } from '../support/sidecar-process.ts';
import { startOurServer } from './support/ldap-worlds.ts';
import { runSoak } from './support/run-soak.ts';

/**
 * Mixed load on the LDAP facade for a long time, with publications and dying workers. Options: --minutes (30), --users (300), --seed. One
 * minute is enough to see that it works.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    users: { type: 'string', default: '300' },
    seed: { type: 'string' },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
process.stdout.write(`seed ${seed}\n`);

const folder = await makeFolder();
const killFile = join(folder.path, 'kill');
const preload = fileURLToPath(new URL('./support/kill-ldap-worker.ts', import.meta.url));
const server = await startOurServer(Number(values.users), {
  NODE_OPTIONS: `--import=${preload}`,
  SOAK_KILL_FILE: killFile,
  SIDECAR_LDAP_WORKERS: '2',
  SIDECAR_SYNC_INTERVAL_SECONDS: '10',
});
try {
  const { operations, renames, publications, kills, lostConnections, rssBytes } = await runSoak(server, {
    minutes: Number(values.minutes),
    seed,
    killFile,
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  const deaths = server.log().split('"message":"an LDAP worker died').length - 1;
  process.stdout.write(
    `${operations} operations, every answer right; ${publications} publications of ${renames} changes\n`,
  );
  process.stdout.write(
    `${kills} workers killed (${deaths} deaths logged), ${lostConnections} connections lost by it\n`,
  );
  process.stdout.write(`resident memory: ${rssBytes.map(mebibytes).join(', at the end ')}\n`);
  if (deaths !== kills) throw new Error(`${deaths} workers died, ${kills} were told to`);
  const [early, late] = rssBytes;
  if (late > early * 1.25 + 64 * 2 ** 20) throw new Error(`memory grew from ${mebibytes(early)} to ${mebibytes(late)}`);
} finally {
  await server.stop();
  await folder.remove();
}
