import type { ChildProcess } from 'node:child_process';

/** Ends a child when the benchmark ends before it, whatever the reason: a server left behind would disturb the next run. */
export function endWithBench(child: ChildProcess): void {
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
}
