import { availableParallelism } from 'node:os';
import type { RunArguments } from './arguments.ts';
import { provideDebianPackages } from './debian-packages.ts';
import { countTotals, type FileReport, printFile, printSummary } from './print.ts';
import { runFile } from './run-file.ts';
import { runInSlots } from './schedule.ts';
import { findSuites, listTestFiles, type Suite, type TestFile } from './suites.ts';

export interface RunTestsOptions extends Omit<RunArguments, 'help'> {
  /** Root of the checkout. */
  readonly root: string;
  readonly suites: readonly Suite[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

/** Runs the chosen tests; everything there is to say goes to `write`, the totals last. Gives the exit status. */
export async function runTests(options: RunTestsOptions): Promise<number> {
  const { root, env, signal, write, namePattern } = options;
  const { files, faults, unknown } = collectFiles(options);
  if (unknown.length > 0) {
    const known = options.suites.map(({ name }) => name).join(', ');
    write(`no such suite or test file: ${unknown.join(', ')}; suites: ${known}\n`);
    return 1;
  }
  await provideDebianPackages([...new Set(files.flatMap(({ suite }) => suite.packages))], { env, write });
  const reports = [...faults];
  await runInSlots(files, {
    slots: Math.min(4, Math.max(2, availableParallelism())),
    run: async (file, limitMs) => ({ file, ...(await runFile(file, { root, env, namePattern, limitMs, signal })) }),
    giveUp: (file) => toFault(file, `not run: its suite had used up its ${file.suite.limitMs / 1000} s`),
    onResult: (report) => {
      reports.push(report);
      write(printFile(report));
    },
  });
  const strict = isStrict(env);
  write(printSummary(reports, strict));
  if (signal.aborted) return 130;
  const { passed, failed, skipped } = countTotals(reports);
  return failed > 0 || passed === 0 || (strict && skipped > 0) ? 1 : 0;
}

interface Collected {
  readonly files: readonly TestFile[];
  /** Suites that hold no test although they should. */
  readonly faults: readonly FileReport[];
  /** Words that name nothing. */
  readonly unknown: readonly string[];
}

function collectFiles({ root, suites, wanted }: RunTestsOptions): Collected {
  const present = findSuites(root, suites);
  const isAsked = ({ name }: Suite): boolean => wanted.length === 0 || wanted.includes(name);
  const all = present.flatMap((suite) => listTestFiles(root, suite));
  const empty = present.filter((suite) => isAsked(suite) && !all.some((file) => file.suite === suite));
  return {
    files: all.filter((file) => isAsked(file.suite) || wanted.some((word) => isPathWord(word, file))),
    faults: empty.map((suite) => toFault({ suite, path: `test/${suite.name}` }, 'no test: it holds no *.test.ts')),
    unknown: wanted.filter((word) => {
      return !present.some(({ name }) => name === word) && !all.some((file) => isPathWord(word, file));
    }),
  };
}

function isPathWord(word: string, { path }: TestFile): boolean {
  return word.includes('/') && path.includes(word);
}

/** CI services set CI=true. */
function isStrict(env: NodeJS.ProcessEnv): boolean {
  return !['', '0', 'false'].includes(env.CI ?? '');
}

function toFault(file: TestFile, detail: string): FileReport {
  const now = Date.now();
  return {
    file,
    passed: 0,
    failed: [{ name: '(file)', detail }],
    skipped: [],
    output: '',
    startedAtMs: now,
    endedAtMs: now,
  };
}
