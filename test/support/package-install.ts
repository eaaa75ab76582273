import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, runProgram } from './sidecar-process.ts';

/** Root of the checkout. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url));

const npmLimitMs = 150_000;
/** What npm's install scripts make: SQLite's driver compiles for minutes, so the checkout's own is taken. */
const compiled = ['sqlite3/build/Release/node_sqlite3.node', 'node/bin'];
const notCopied = new Set(['node_modules', '.git', 'dist', 'data', 'secrets']);

/** Copies the checkout to an empty folder, with its installed packages but without what was built in it. */
export async function copyCheckout(folder: string): Promise<void> {
  const names = (await readdir(checkout)).filter((name) => !notCopied.has(name));
  await mkdir(folder, { recursive: true });
  for (const name of names) await cp(join(checkout, name), join(folder, name), { recursive: true });
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
}

/** Runs npm to its end, on the packages that were fetched before where it can; install scripts do not run. */
export async function runNpm(args: readonly string[], cwd: string): Promise<Ended> {
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
  const env = { ...toPlain(process.env), ...quiet, npm_config_prefer_offline: 'true' };
  const ended = await runProgram('npm', args, { cwd, env, timeoutMs: npmLimitMs });
  if (ended.code !== 0) throw new Error(`npm ${args.join(' ')}: exit status ${ended.code}\n${ended.stderr}`);
  return ended;
}

/** Puts what install scripts would have made into packages that were installed without them. Rejects for other releases. */
export async function addCompiledParts(packages: string): Promise<void> {
  for (const path of compiled) {
    const [name = ''] = path.split('/');
    const [ours, theirs] = [
      await readVersion(join(checkout, 'node_modules', name)),
      await readVersion(join(packages, name)),
    ];
    if (ours !== theirs) throw new Error(`${name} is ${theirs} there and ${ours} here: run npm install`);
    await mkdir(dirname(join(packages, path)), { recursive: true });
    await cp(join(checkout, 'node_modules', path), join(packages, path), { recursive: true });
  }
}

async function readVersion(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

/** `npm test` tells its children about the checkout; settings of the product are no business of npm's. */
function toPlain(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(SIDECAR_|npm_(package|lifecycle|config_(local_)?prefix)|INIT_CWD)/.test(name),
  );
  return Object.fromEntries(kept);
}
