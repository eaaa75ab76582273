import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../programs.ts';
import type { ForeignPackage } from './suites.ts';

export interface ProvideOptions {
  /** `TEST_INSTALL=0` turns installing off; `PATH` is where programs are looked for. */
  readonly env: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
}

/** What a program run to its end left behind. */
interface Finished {
  readonly code: number | null;
  readonly output: string;
}

const installScript = fileURLToPath(new URL('./install-debian.sh', import.meta.url));
const policyFile = '/usr/sbin/policy-rc.d';
/** One run at a time changes the policy file; flock(1) locks this folder, dpkg itself locks files in it. */
const lockFolder = '/var/lib/dpkg';
const queryLimitMs = 20_000;
const installLimitMs = 900_000;

/**
 * Sees to the packages that tests need: as root on Debian it installs what is missing, anywhere else it names it. What is
 * still missing afterwards is no error here: tests that need it are skipped.
 */
export async function provideDebianPackages(
  packages: readonly ForeignPackage[],
  options: ProvideOptions,
): Promise<void> {
  const { env, write } = options;
  const missing = await findMissing(packages, env);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(' ');
  const skipping = 'tests that need it are skipped';
  if (env.TEST_INSTALL === '0') return write(`Missing: ${names} (TEST_INSTALL=0: not installed); ${skipping}\n`);
  if (findProgram('apt-get', env.PATH) === undefined) {
    return write(`Missing: programs of the Debian packages ${names}; install them by hand. Until then ${skipping}\n`);
  }
  if (process.getuid?.() !== 0) {
    return write(`Missing: ${names}; run: sudo apt-get install ${names}. Until then ${skipping}\n`);
  }
  write(`Installing Debian packages that the tests need: ${names} (TEST_INSTALL=0 turns this off)\n`);
  const command = ['-w', '900', lockFolder, '/bin/bash', installScript, policyFile, ...missing.map(({ name }) => name)];
  const { code, output } = await finish('flock', command, env, installLimitMs);
  const left = await findMissing(missing, env);
  if (left.length === 0) return;
  const tail = output.trimEnd().split('\n').slice(-15).join('\n  ');
  write(`Not installed: ${left.map(({ name }) => name).join(' ')} (exit status ${code}); ${skipping}\n  ${tail}\n`);
}

async function findMissing(packages: readonly ForeignPackage[], env: NodeJS.ProcessEnv): Promise<ForeignPackage[]> {
  if (packages.length === 0) return [];
  if (findProgram('dpkg-query', env.PATH) === undefined) {
    return packages.filter(({ programs }) => programs.some((name) => findProgram(name, env.PATH) === undefined));
  }
  const names = packages.map(({ name }) => name);
  // Its exit status is 1 as soon as one name is unknown to it; the others are listed all the same.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const query = ['-W', '-f', '${db:Status-Status} ${Package}\\n', ...names];
  const { output } = await finish('dpkg-query', query, env, queryLimitMs);
  const installed = new Set(output.split('\n'));
  return packages.filter(({ name }) => !installed.has(`installed ${name}`));
}

function finish(program: string, args: readonly string[], env: NodeJS.ProcessEnv, limitMs: number): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        output = (output + chunk).slice(-64 * 1024);
      });
    }
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
