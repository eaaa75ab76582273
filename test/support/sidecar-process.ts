import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's entry, run by the same Node as the tests. */
export const mainFile = fileURLToPath(new URL('../../sidecar/main.ts', import.meta.url));

/** The environment without settings of the machine's own, so that a test says all there is. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SIDECAR_'));
  return { ...Object.fromEntries(inherited), ...extra };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most `timeoutMs` (30 seconds). */
export function runProgram(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly timeoutMs?: number;
  } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        cwd: options.cwd,
        env: options.env ?? plainEnvironment(),
        timeout: options.timeoutMs ?? 30_000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    // A program that ends without reading is no fault of its own.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs one command of the sidecar to its end. */
export function runSidecar(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  return runProgram(process.execPath, [mainFile, ...args], { cwd: options.cwd, env: plainEnvironment(options.env) });
}

/** A running `serve` (or `simulate`), or another program that runs until it is stopped. */
export interface SidecarProcess {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves with the text printed so far once it matches; rejects when the process ends or `withinMs` (20 seconds) pass before. */
  waitFor(pattern: RegExp, from?: 'stdout' | 'stderr', withinMs?: number): Promise<RegExpExecArray>;
  /** Resolves with the exit status once the process has ended by itself. */
  ended(): Promise<number | null>;
  /** Sends the signal and gives the exit status and the time it took, in milliseconds. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly ms: number }>;
}

/** Starts a command that runs until it is stopped. */
export function startSidecar(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): SidecarProcess {
  return startProgram(process.execPath, [mainFile, ...args], options);
}

/** Starts any program that runs until it is stopped; as another user where `uid` names one. */
export function startProgram(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly uid?: number;
    readonly gid?: number;
  },
): SidecarProcess {
  const { cwd, env, ...account } = options;
  const child = spawn(file, [...args], {
    ...account,
    cwd,
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => ({ ...printed }),
    async waitFor(pattern, from = 'stdout', withinMs = 20_000) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const match = pattern.exec(printed[from]);
        if (match !== null) return match;
        if (child.exitCode !== null || performance.now() > deadline) {
          throw new Error(`no ${pattern} from ${file} ${args[0]}:\n${printed.stdout}\n${printed.stderr}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    ended: () => ended,
    async stop(signal = 'SIGINT') {
      const startedAt = performance.now();
      child.kill(signal);
      const code = await ended;
      return { code, ms: performance.now() - startedAt };
    },
  };
}

/** A folder of its own under the system's temporary one, and what removes it. */
export async function makeFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'icewarp-sidecar-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
