import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/cache-folder.ts';
import { findProgram } from '../../support/programs.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const version = 'v7.15.4';
const module = 'github.com/oauth2-proxy/oauth2-proxy/v7';
const buildLimitMs = 900_000;

/** Why the tests with oauth2-proxy cannot run here; false when they can, though it may have to be built first. */
export function missingOauth2Proxy(): string | false {
  if (existsSync(programFile()) || findProgram('go') !== undefined) return false;
  return 'oauth2-proxy is not in the cache and go is not installed (Debian package golang-go)';
}

/** Builds the program where it is not in the cache yet, with the module proxy that Go is set up for: a minute or more. */
export async function provideOauth2Proxy(): Promise<string> {
  const file = programFile();
  if (existsSync(file)) return file;
  const scratch = join(cacheFolder('oauth2-proxy'), `build-${process.pid}`);
  await mkdir(scratch, { recursive: true });
  try {
    const options = { cwd: scratch, timeout: buildLimitMs, env: { ...process.env, GOBIN: scratch, GOFLAGS: '' } };
    await run('go', ['mod', 'init', 'scratch'], options);
    await run('go', ['get', '-tool', `${module}@${version}`], options);
    await run('go', ['install', module], options);
    // In one step: another run may be building it as well.
    await rename(join(scratch, 'oauth2-proxy'), file);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return file;
}

/** Starts it with `settings`, the lines of its configuration file. */
export async function startOauth2Proxy(
  port: number,
  settings: readonly string[],
): Promise<{ readonly output: () => string; stop(): Promise<void> }> {
  const program = await provideOauth2Proxy();
  const folder = await makeFolder();
  const file = join(folder.path, 'oauth2-proxy.cfg');
  await writeFile(file, `${settings.join('\n')}\n`, { mode: 0o600 });
  const child: ChildProcess = spawn(program, [`--config=${file}`, `--http-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    await folder.remove();
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`oauth2-proxy ended: ${output}`);
      return fetch(`http://127.0.0.1:${port}/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { output: () => output, stop };
}

function programFile(): string {
  return join(cacheFolder('oauth2-proxy'), `oauth2-proxy-${version}`);
}
