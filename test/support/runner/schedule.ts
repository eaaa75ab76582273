import type { Suite, TestFile } from './suites.ts';

export interface ScheduleOptions<Result> {
  /** Files run at once. */
  readonly slots: number;
  readonly run: (file: TestFile, limitMs: number) => Promise<Result>;
  /** The file was not begun: its suite had used up its time. */
  readonly giveUp: (file: TestFile) => Result;
  readonly onResult: (result: Result) => void;
}

/** Runs all files, `slots` at once; then those of exclusive suites one by one. */
export async function runInSlots<Result>(files: readonly TestFile[], options: ScheduleOptions<Result>): Promise<void> {
  const deadlines = new Map<Suite, number>();
  const runOne = async (file: TestFile): Promise<void> => {
    const deadline = deadlines.get(file.suite) ?? Date.now() + file.suite.limitMs;
    deadlines.set(file.suite, deadline);
    const limitMs = Math.min(file.suite.fileLimitMs, deadline - Date.now());
    options.onResult(limitMs > 0 ? await options.run(file, limitMs) : options.giveUp(file));
  };
  const drain = async (queue: TestFile[]): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) await runOne(file);
  };
  const shared = files.filter((file) => !file.suite.exclusive);
  await Promise.all(Array.from({ length: options.slots }, () => drain(shared)));
  await drain(files.filter((file) => file.suite.exclusive));
}
