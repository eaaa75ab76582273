import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileExit, type FileOutcome, judgeFile, parseRecords } from './records.ts';
import type { TestFile } from './suites.ts';

export interface RunFileOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Regular expression on test names, as node --test-name-pattern takes it. */
  readonly namePattern: string | undefined;
  readonly limitMs: number;
  /** Ends the run: the person at the keyboard has had enough. */
  readonly signal: AbortSignal;
}

const reporterUrl = new URL('./reporter.ts', import.meta.url).href;
const outputLimit = 64 * 1024;
const graceMs = 2000;

/**
 * Runs one test file in a process (and process group) of its own. Whatever it leaves running is ended with it. Never
 * rejects because of the file; that is what the outcome is for.
 */
export async function runFile(file: TestFile, options: RunFileOptions): Promise<FileOutcome & FileExit> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-test-run-'));
  try {
    const recordFile = join(folder, 'records');
    const exit = await runProcess(file, recordFile, options);
    const records = parseRecords(await readFile(recordFile, 'utf8').catch(() => ''));
    return { ...exit, ...judgeFile(records, exit, options.namePattern !== undefined) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProcess(file: TestFile, recordFile: string, options: RunFileOptions): Promise<FileExit> {
  const startedAtMs = Date.now();
  const child = spawn(process.execPath, [...toNodeFlags(file, recordFile, options.namePattern), file.path], {
    cwd: options.root,
    env: toChildEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let killedFor: string | undefined;
  const kill = (reason: string): void => {
    killedFor ??= reason;
    signalGroup(child, 'SIGTERM');
    setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs).unref();
  };
  const interrupt = (): void => kill('interrupted');
  const timer = setTimeout(() => kill(`it ran longer than ${options.limitMs / 1000} s`), options.limitMs);
  options.signal.addEventListener('abort', interrupt);
  if (options.signal.aborted) interrupt();
  const output = collectOutput(child);
  const { code, signal } = await waitForExit(child);
  clearTimeout(timer);
  options.signal.removeEventListener('abort', interrupt);
  signalGroup(child, 'SIGKILL');
  return { code, signal, killedFor, output: await output(), startedAtMs, endedAtMs: Date.now() };
}

function toNodeFlags(file: TestFile, recordFile: string, namePattern: string | undefined): string[] {
  return [
    `--test-reporter=${reporterUrl}`,
    `--test-reporter-destination=${recordFile}`,
    `--test-timeout=${file.suite.testLimitMs}`,
    ...(namePattern === undefined ? [] : [`--test-name-pattern=${namePattern}`]),
  ];
}

/** Tests see none of the product's settings that the person at the keyboard may have set. */
function toChildEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => {
    if (name === 'NODE_TEST_CONTEXT') return false;
    return !name.startsWith('SIDECAR_') || name.startsWith('SIDECAR_TEST_');
  });
  return Object.fromEntries(kept);
}

function waitForExit(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Gathers both streams; the function it gives waits for their end, but not for processes that keep them open. */
function collectOutput(child: ChildProcess): () => Promise<string> {
  let text = '';
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const ends = streams.map((stream) => {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text = (text + chunk).slice(-outputLimit);
    });
    return new Promise<void>((resolve) => stream.once('close', () => resolve()));
  });
  return async () => {
    await Promise.race([Promise.all(ends), sleep(graceMs, undefined, { ref: false })]);
    for (const stream of streams) stream.destroy();
    return text;
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
