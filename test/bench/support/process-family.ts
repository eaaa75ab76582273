import { readdirSync, readFileSync } from 'node:fs';

/** The process that a script started to do its work, or the script's own where it gave its place to that (Linux only). */
export function findWorker(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? pid : Number(children.split(' ')[0]);
}

/** USER_HZ: see process-usage.ts. */
const microsPerTick = 1_000_000 / 100;

/**
 * User and system time of a process and of all below it, those that have ended included, in microseconds (proc(5), Linux only). For
 * servers that work in processes of their own.
 */
export function readFamilyCpuMicros(pid: number): number {
  const parents = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const parent = fields[1] ?? 0;
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
      // utime, stime and those of children that were waited for.
      ticks.set(
        Number(name),
        [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0),
      );
    } catch {
      // It has ended meanwhile.
    }
  }
  const sum = (root: number): number =>
    (ticks.get(root) ?? 0) + (parents.get(root) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(pid) * microsPerTick;
}
