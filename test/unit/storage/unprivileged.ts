import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const program = `
const { openDatabase } = await import(process.argv[1]);
const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
try {
  await (await openDatabase({ url: 'sqlite:' + process.argv[2], log })).close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(error.code + ': ' + error.message);
}`;

/**
 * Opens the database `path` in a process of a user without rights to other people's files (root is not kept from anything) and
 * gives what came of it: `opened`, or the error's code and message.
 */
export async function runUnprivileged(path: string): Promise<string> {
  const module = new URL('../../../sidecar/storage/database.ts', import.meta.url).href;
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, module, path],
    { ...nobody, cwd: '/', timeout: 30_000 },
  );
  return stdout;
}
