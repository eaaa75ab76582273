import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { connect } from 'node:net';
import { makeFolder } from '../../../support/sidecar-process.ts';

/** A server of somebody else's that a test has started. */
export interface Daemon {
  readonly pid: number;
  /** What it has printed so far, the last 16,000 characters. */
  output(): string;
  /** Asks it to end, and ends all of its processes after five seconds. */
  stop(): Promise<void>;
}

export interface DaemonOptions {
  /** It must stay in the foreground. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The daemon is up when this says so; it is asked again every 50 ms. */
  readonly isUp: () => boolean | Promise<boolean>;
  /** 20 seconds when left out. */
  readonly startLimitMs?: number;
  /** What to add to the error when it does not come up, such as its log. */
  readonly readLog?: () => string;
}

const endLimitMs = 5_000;

/** Starts it in a process group of its own. Rejects with what it printed when it ends before it is up, or takes too long. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { program, args, cwd, isUp, startLimitMs = 20_000, readLog = () => '' } = options;
  const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-16_000);
    });
  }
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nobody of it is left.
    }
  };
  process.on('exit', killGroup);
  const daemon: Daemon = {
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      const impatient = setTimeout(killGroup, endLimitMs);
      await ended;
      clearTimeout(impatient);
      killGroup();
      process.off('exit', killGroup);
    },
  };
  const giveUpAt = performance.now() + startLimitMs;
  while (hasEnded() || !(await isUp())) {
    if (hasEnded() || performance.now() > giveUpAt) {
      await daemon.stop();
      throw new Error(`${program} did not start: ${failure?.message ?? ''}\n${output}\n${readLog()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return daemon;
}

/** A temporary folder whose files a daemon's own users may read. */
export async function makeReadableFolder(): ReturnType<typeof makeFolder> {
  const folder = await makeFolder();
  await chmod(folder.path, 0o755);
  return folder;
}

/** Copies a file for a daemon that may not look into its folder. Gives the copy's name. */
export function copyReadable(file: string, copy: string): string {
  copyFileSync(file, copy);
  chmodSync(copy, 0o644);
  return copy;
}

/** Whether somebody listens on a port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
}
