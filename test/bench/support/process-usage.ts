import { readFileSync } from 'node:fs';

/** What a process has used so far, all its threads together. */
export interface ProcessUsage {
  /** User and system time in microseconds; the kernel counts in steps of 10,000. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  /** The part of it that belongs to no file, and the part that maps files or shared memory. */
  readonly anonymousBytes: number;
  readonly mappedBytes: number;
  /** Highest resident size since the process began. */
  readonly peakRssBytes: number;
}

/** What a process used while something went on. */
export interface UsageOfWork<Result> {
  readonly result: Result;
  readonly wallMs: number;
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** USER_HZ, the unit of times in /proc: 100 on every architecture that Node runs on. */
const microsPerTick = 1_000_000 / 100;

/** Reads /proc/PID/stat and /proc/PID/status (proc(5), Linux only). Throws when there is no such process. */
export function readProcessUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name is in parentheses and may itself hold spaces and parentheses; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuMicros: ticks * microsPerTick,
    rssBytes: toBytes(status, 'VmRSS'),
    anonymousBytes: toBytes(status, 'RssAnon'),
    mappedBytes: toBytes(status, 'RssFile') + toBytes(status, 'RssShmem'),
    peakRssBytes: toBytes(status, 'VmHWM'),
  };
}

/** Runs `work` and gives what the process `pid` (a server under load, say) used meanwhile. */
export async function measureUsage<Result>(pid: number, work: () => Promise<Result>): Promise<UsageOfWork<Result>> {
  const before = readProcessUsage(pid);
  const startedAt = performance.now();
  const result = await work();
  const wallMs = performance.now() - startedAt;
  const { cpuMicros, rssBytes, peakRssBytes } = readProcessUsage(pid);
  return { result, wallMs, cpuMicros: cpuMicros - before.cpuMicros, rssBytes, peakRssBytes };
}

function toBytes(status: string, name: string): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc has no ${name}: the process has ended`);
  return Number(kibibytes) * 1024;
}
