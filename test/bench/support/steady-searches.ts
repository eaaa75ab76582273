import { setTimeout as sleep } from 'node:timers/promises';
import { encodeSearch, LoadConnection, quantile } from './ldap-load.ts';
import { serviceAccount } from './running-sidecar.ts';

/** What the searches of a stretch of time saw, in milliseconds. */
export interface SearchLatencies {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Exact searches one after the other, a pause between each, that go on until they are stopped. */
export interface SteadySearches {
  /** Latencies since the start, or since the last call. Throws when a search failed. */
  takeLatencies(): SearchLatencies;
  stop(): Promise<void>;
}

/** Searches users by mail, in turn. The pause keeps the load client from taking a core for itself. */
export async function startSteadySearches(
  port: number,
  base: string,
  logins: readonly string[],
  pauseMs: number,
): Promise<SteadySearches> {
  const connection = await LoadConnection.open(port, serviceAccount);
  let latencies: number[] = [];
  let failed = 0;
  let isStopped = false;
  const goOn = async () => {
    for (let number = 2; !isStopped; number++) {
      const login = logins[(number * 7919) % logins.length] ?? '';
      const request = encodeSearch(number, base, 'mail', login, []);
      const startedAt = performance.now();
      if ((await connection.ask(request)) !== 0) failed += 1;
      latencies.push(performance.now() - startedAt);
      await sleep(pauseMs);
    }
  };
  const going = goOn();
  return {
    takeLatencies() {
      if (failed > 0) throw new Error(`${failed} searches failed`);
      const seen = Float64Array.from(latencies);
      latencies = [];
      const at = (q: number) => quantile(seen, q);
      return { count: seen.length, p50: at(0.5), p99: at(0.99), longest: at(1) };
    },
    async stop() {
      isStopped = true;
      await going;
      connection.close();
    },
  };
}
