import { parseArgs } from 'node:util';
import { startSidecar } from '../support/sidecar-process.ts';
import { startDatabase } from './support/bench-database.ts';
import { medianOf } from './support/medians.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { type BenchSetup, listBenchUsers, setUpBench } from './support/running-sidecar.ts';
import { measureSearchesDuringSync } from './support/searches-during-sync.ts';

/**
 * The command `sync` against a simulated server in a process of its own: first import, nothing changed, 1 % changed.
 * `--database postgres` starts a PostgreSQL of its own; with a `--deep-read-share` below 1 the later runs read part of the accounts
 * whole, as a service with that setting does. `--searches` measures a running service instead: searches at rest and during a sync. `--runs 1` measures once
 * where the median of three takes too long.
 */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    database: { type: 'string', default: 'sqlite' },
    'deep-read-share': { type: 'string', default: '1' },
    searches: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
  },
});
const count = Number(values.users);
const runs = Number(values.runs);

/** One `sync` command: its time, CPU and peak memory from start to end, and what it says it did. */
async function measureSync(setup: BenchSetup, expected: string) {
  const startedAt = performance.now();
  const run = startSidecar(['sync', '--json'], { cwd: setup.folder, env: setup.env });
  let usage = readProcessUsage(run.child.pid ?? 0);
  const timer = setInterval(() => {
    try {
      usage = readProcessUsage(run.child.pid ?? 0);
    } catch {
      // It has just ended.
    }
  }, 20);
  await new Promise((resolve) => run.child.once('close', resolve));
  clearInterval(timer);
  const wallMs = performance.now() - startedAt;
  const { outcome, summary } = JSON.parse(run.output().stdout) as { outcome: string; summary: string };
  if (outcome !== expected) throw new Error(`${outcome}, not ${expected}: ${summary}`);
  return { seconds: wallMs / 1000, cpuSeconds: usage.cpuMicros / 1e6, peakMiB: usage.peakRssBytes / 2 ** 20 };
}

async function countCalls(setup: BenchSetup): Promise<number> {
  const { calls } = (await (await fetch(`${setup.controlUrl}statistics`)).json()) as { calls: Record<string, number> };
  await fetch(`${setup.controlUrl}statistics`, { method: 'DELETE' });
  return Object.values(calls).reduce((sum, number) => sum + number, 0);
}

const bench = await setUpBench(count);
const database = await startDatabase(values.database, bench.folder);
const setup: BenchSetup = {
  ...bench,
  env: {
    ...bench.env,
    SIDECAR_DATABASE_URL: database.url,
    SIDECAR_SYNC_DEEP_READ_SHARE: values['deep-read-share'],
  },
};
/** A name stands in the list's rows, so that runs that read only part of the accounts whole see it too. */
async function changeName(login: string, displayName: string): Promise<void> {
  const url = `${setup.controlUrl}accounts/${encodeURIComponent(login)}`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PATCH', body: JSON.stringify({ displayName }), headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

async function measureCommands(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const report = (
    name: string,
    { seconds, cpuSeconds, peakMiB }: Awaited<ReturnType<typeof measureSync>>,
    calls: number,
  ) =>
    figures.push(
      { name, value: seconds, unit: 's' },
      { name: `${name}: rate`, value: count / seconds, unit: 'users/s' },
      { name: `${name}: CPU`, value: (cpuSeconds * 1e6) / count, unit: 'µs/user' },
      { name: `${name}: peak memory`, value: peakMiB, unit: 'MiB' },
      { name: `${name}: calls to IceWarp`, value: calls, unit: 'calls' },
    );

  await countCalls(setup);
  const first = await medianOf(runs, async () => {
    await database.empty();
    return await measureSync(setup, 'applied');
  });
  report('first sync', first, (await countCalls(setup)) / runs);

  const unchanged = await medianOf(runs, () => measureSync(setup, 'unchanged'));
  report('nothing changed', unchanged, (await countCalls(setup)) / runs);

  const logins = (await listBenchUsers(setup)).map(({ login }) => login);
  let round = 0;
  const changed = await medianOf(runs, async () => {
    round += 1;
    for (let index = 0; index < count / 100; index++) {
      await changeName(logins[(index * 97) % logins.length] ?? '', `Changed ${round}`);
    }
    return await measureSync(setup, 'applied');
  });
  report('1 % changed', changed, (await countCalls(setup)) / runs);
  return figures;
}

try {
  const figures = values.searches
    ? await measureSearchesDuringSync(setup, {
        countCalls: () => countCalls(setup),
        changeOne: (login) => changeName(login, 'Changed'),
        intervalSeconds: 40 + Math.ceil(count / 1_000),
      })
    : await measureCommands();
  const share = values['deep-read-share'] === '1' ? '' : `, deep read share ${values['deep-read-share']}`;
  const title = values.searches ? 'Searches during a sync' : 'Sync';
  process.stdout.write(toFigureText(`${title}, ${count} users, ${values.database}${share}`, figures));
} finally {
  await database.stop();
  await setup.close();
}
