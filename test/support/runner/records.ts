/** What the process of a test file tells the runner, one JSON line each. */
export type TestRecord =
  | { readonly kind: 'begin' | 'pass' | 'done'; readonly name: string }
  | { readonly kind: 'fail'; readonly name: string; readonly detail: string }
  | { readonly kind: 'skip'; readonly name: string; readonly reason: string }
  /** A fault outside every test. */
  | { readonly kind: 'note'; readonly text: string }
  /** All tests of the file have ended. */
  | { readonly kind: 'end' };

/** How the process of a test file ended. */
export interface FileExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why the runner killed it; undefined when it ended by itself. */
  readonly killedFor: string | undefined;
  /** What it printed, both streams, cut to its end. */
  readonly output: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface FailedTest {
  readonly name: string;
  readonly detail: string;
}

export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

/** What running one file showed. */
export interface FileOutcome {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}

/** Reads the lines of a reporter; a last line that was cut off is left out. */
export function parseRecords(text: string): TestRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TestRecord);
}

/**
 * Judges one file. Besides its failed tests it fails when its process was killed, ended with an error, ended before its
 * tests had, or ran no test at all (unless `mayBeEmpty`: a name pattern may leave nothing).
 */
export function judgeFile(records: readonly TestRecord[], exit: FileExit, mayBeEmpty: boolean): FileOutcome {
  const failed = records.filter((record) => record.kind === 'fail');
  const skipped = records.filter((record) => record.kind === 'skip');
  const passed = records.filter((record) => record.kind === 'pass').length;
  const fault = findFault(records, exit, failed.length > 0);
  const outcome = { passed, skipped, failed: fault === undefined ? failed : [...failed, fault] };
  if (outcome.failed.length === 0 && passed + skipped.length === 0 && !mayBeEmpty) {
    return {
      ...outcome,
      failed: [{ name: '(file)', detail: 'no test ran: it declares none, or its process ended before they began' }],
    };
  }
  return outcome;
}

function findFault(records: readonly TestRecord[], exit: FileExit, hasFailed: boolean): FailedTest | undefined {
  const running = findRunning(records);
  if (exit.killedFor !== undefined) {
    const place = records.length === 0 ? 'before its first test' : 'after a test: something it opened was not closed';
    const where = running === undefined ? place : `in: ${running}`;
    return { name: '(file)', detail: `killed, ${exit.killedFor}; it was ${where}` };
  }
  const how = exit.signal === null ? `with exit status ${exit.code}` : `by ${exit.signal}`;
  // Without tests Node makes no report; whether that is a fault is judged above.
  const ended = records.length === 0 || records.some((record) => record.kind === 'end');
  if (!ended) return { name: '(file)', detail: `the process ended ${how} before its tests had, in: ${running ?? '?'}` };
  if (exit.code === 0 || hasFailed) return undefined;
  const notes = records.filter((record) => record.kind === 'note').map((record) => record.text);
  return { name: '(file)', detail: [`the process ended ${how}`, ...notes].join('\n') };
}

/** The test begun last that has not ended. */
function findRunning(records: readonly TestRecord[]): string | undefined {
  const running = new Set<string>();
  for (const record of records) {
    if (record.kind === 'begin') running.add(record.name);
    else if ('name' in record) running.delete(record.name);
  }
  return [...running].at(-1);
}
