import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSidecar } from '../support/sidecar-process.ts';
import { medianOfThree } from './support/medians.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { type BenchSetup, listBenchUsers, setUpBench } from './support/running-sidecar.ts';

/** The command `sync` against a simulated server in a process of its own: first import, nothing changed, 1 % changed. */
const { values } = parseArgs({ options: { users: { type: 'string', default: '10000' } } });
const count = Number(values.users);

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

const setup = await setUpBench(count);
try {
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
  const first = await medianOfThree(async () => {
    await rm(join(setup.folder, 'data'), { recursive: true, force: true });
    return await measureSync(setup, 'applied');
  });
  report('first sync', first, (await countCalls(setup)) / 3);

  const unchanged = await medianOfThree(() => measureSync(setup, 'unchanged'));
  report('nothing changed', unchanged, (await countCalls(setup)) / 3);

  const logins = (await listBenchUsers(setup)).map(({ login }) => login);
  let round = 0;
  const changed = await medianOfThree(async () => {
    round += 1;
    for (let index = 0; index < count / 100; index++) {
      const login = logins[(index * 97) % logins.length] ?? '';
      const body = JSON.stringify({ phone: `+1 555 ${round}` });
      const headers = { 'content-type': 'application/json' };
      const url = `${setup.controlUrl}accounts/${encodeURIComponent(login)}`;
      const answer = await fetch(url, { method: 'PATCH', body, headers });
      if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    }
    return await measureSync(setup, 'applied');
  });
  report('1 % changed', changed, (await countCalls(setup)) / 3);
  process.stdout.write(toFigureText(`Sync, ${count} users, SQLite`, figures));
} finally {
  await setup.close();
}
