import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** One line that says on what a figure was measured. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gibibytes = (totalmem() / 1024 ** 3).toFixed(0);
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${type()} ${release()}, Node ${process.version}`;
}
