import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/** Where Debian keeps servers; an ordinary user's PATH lacks them. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The full path of a program on PATH (or among the system's servers); undefined when there is none. */
export function findProgram(name: string, path: string | undefined = process.env.PATH): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = [...(path ?? '').split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isExecutable);
}

/**
 * A foreign program that a test starts: its full path; or undefined, and the test is marked as skipped with the reason.
 * The test must then return: `const program = requireProgram(t, 'ldapsearch'); if (program === undefined) return;`
 */
export function requireProgram(t: TestContext, name: string): string | undefined {
  const program = findProgram(name);
  if (program === undefined) t.skip(toReason(name));
  return program;
}

/** For a whole `describe` or test: `{ skip: missingPrograms('slapd') }` skips it with a reason when one is missing. */
export function missingPrograms(...names: readonly string[]): string | false {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? false : missing.map(toReason).join('; ');
}

function toReason(name: string): string {
  return `${name} is not installed`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
