import { setTimeout as sleep } from 'node:timers/promises';
import { startSidecar } from '../../support/sidecar-process.ts';
import { endWithBench } from './end-with-bench.ts';
import type { Figure } from './print-figures.ts';
import { readProcessUsage } from './process-usage.ts';
import { type BenchSetup, listBenchUsers } from './running-sidecar.ts';
import { startSteadySearches } from './steady-searches.ts';

/** Until the idle sync thread has ended and given its memory back. */
const settleMs = 20_000;
const quietMs = 10_000;
const pauseMs = 2;

export interface SearchTools {
  /** Calls to IceWarp since the last time. */
  readonly countCalls: () => Promise<number>;
  readonly changeOne: (login: string) => Promise<void>;
  /** From the end of a run to the next one: long enough for the idle sync thread to end, for listing the users and for the quiet stretch. */
  readonly intervalSeconds: number;
}

/** How often something was said. */
function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

/**
 * Latency of searches of a running service, at rest and while it synchronises (`changeOne` makes that run commit and publish), and
 * its resident memory. Rejects when a run does not end as expected.
 */
export async function measureSearchesDuringSync(setup: BenchSetup, tools: SearchTools): Promise<readonly Figure[]> {
  const env = { ...setup.env, SIDECAR_SYNC_INTERVAL_SECONDS: String(tools.intervalSeconds) };
  const service = startSidecar(['serve'], { cwd: setup.folder, env });
  endWithBench(service.child);
  const pid = service.child.pid ?? 0;
  let peakBytes = 0;
  const watch = async (isOver: () => boolean) => {
    peakBytes = 0;
    while (!isOver()) {
      if (service.child.exitCode !== null) throw new Error(service.output().stderr);
      peakBytes = Math.max(peakBytes, readProcessUsage(pid).rssBytes);
      await sleep(50);
    }
    return peakBytes / 2 ** 20;
  };
  const runsEnded = () => countOf(service.output().stderr, '"message":"sync ended"');
  try {
    const startedAt = performance.now();
    const firstPeak = await watch(() => runsEnded() >= 1);
    const firstSeconds = (performance.now() - startedAt) / 1000;
    const [, port = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
    const logins = (await listBenchUsers(setup)).map(({ login }) => login);
    await tools.changeOne(logins[0] ?? '');
    await sleep(settleMs);
    const atRest = readProcessUsage(pid).rssBytes / 2 ** 20;
    await tools.countCalls();

    const searches = await startSteadySearches(Number(port), 'o=icewarp', logins, pauseMs);
    await sleep(quietMs);
    if ((await tools.countCalls()) > 0) throw new Error('the next run began too early');
    const quiet = searches.takeLatencies();
    while ((await tools.countCalls()) === 0) await sleep(100);
    searches.takeLatencies();
    const startedAgainAt = performance.now();
    const nextPeak = await watch(() => runsEnded() >= 2);
    const nextSeconds = (performance.now() - startedAgainAt) / 1000;
    const busy = searches.takeLatencies();
    await searches.stop();
    return [
      { name: 'first sync of the service', value: firstSeconds, unit: 's' },
      { name: 'first sync of the service: peak memory', value: firstPeak, unit: 'MiB' },
      { name: 'next sync, one account changed', value: nextSeconds, unit: 's' },
      { name: 'next sync: peak memory', value: nextPeak, unit: 'MiB' },
      { name: 'memory at rest', value: atRest, unit: 'MiB' },
      ...(['p50', 'p99', 'longest'] as const).flatMap((name) => [
        { name: `search ${name}, at rest`, value: quiet[name], unit: 'ms' },
        { name: `search ${name}, during the sync`, value: busy[name], unit: 'ms' },
      ]),
      { name: 'searches at rest and during the sync', value: quiet.count + busy.count, unit: 'searches' },
    ];
  } finally {
    await service.stop();
  }
}
