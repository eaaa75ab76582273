import type { BenchServer } from './ldap-pair.ts';
import { median } from './medians.ts';
import { readProcessUsage } from './process-usage.ts';

/** What one server did in one round. */
export interface Round {
  /** Operations. */
  readonly count: number;
  readonly wallMs: number;
}

export interface SideFigures {
  /** Operations a second. */
  readonly rate: number;
  /** Server CPU in microseconds an operation. */
  readonly cpuMicros: number;
}

/** Medians of both servers. */
export interface PairedFigures {
  readonly ours: SideFigures;
  readonly slapd: SideFigures;
}

const rounds = 3;

/**
 * Runs `work` on both servers in turn, three times, after a short and a whole round that are not counted. `work` is given the operations it should do
 * and tells how long they took; so many are asked for that a round takes about `roundMs`, for the kernel counts CPU in steps of 10 ms.
 */
export async function measurePair(
  servers: readonly [ours: BenchServer, slapd: BenchServer],
  work: (server: BenchServer, count: number) => Promise<Round>,
  options: { readonly first: number; readonly most: number; readonly roundMs: number },
): Promise<PairedFigures> {
  const counts = new Map<BenchServer, number>();
  for (const server of servers) {
    const { count, wallMs } = await work(server, options.first);
    const wanted = Math.round((count / wallMs) * options.roundMs);
    counts.set(server, Math.max(options.first, Math.min(options.most, wanted)));
    // A round as long as the others, so that what is compiled while it runs is compiled by then.
    await work(server, counts.get(server) ?? options.first);
  }
  const seen = new Map<BenchServer, SideFigures[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const before = readProcessUsage(server.pid).cpuMicros;
      const { count, wallMs } = await work(server, counts.get(server) ?? options.first);
      const cpuMicros = (readProcessUsage(server.pid).cpuMicros - before) / count;
      seen.get(server)?.push({ rate: (count / wallMs) * 1000, cpuMicros });
    }
  }
  const figuresOf = (server: BenchServer): SideFigures => ({
    rate: median((seen.get(server) ?? []).map(({ rate }) => rate)),
    cpuMicros: median((seen.get(server) ?? []).map(({ cpuMicros }) => cpuMicros)),
  });
  return { ours: figuresOf(servers[0]), slapd: figuresOf(servers[1]) };
}
