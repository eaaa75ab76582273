import { access, constants, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';

/**
 * Makes the database file (mode 600) and its folders (mode 700) where they are missing, and checks that both can be written:
 * SQLite itself would open a read-only file without a word and fail at the first commit. SQLite gives its side files
 * (`-wal`, `-shm`) the mode of the database file. Rejects with `invalid_input` or `upstream_unavailable`.
 */
export async function prepareDatabaseFile(path: string, log: Log): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder).catch((error: unknown) => {
    throw unavailable(`the folder ${folder} of the database cannot be made`, error);
  });
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unavailable(`the database ${path} cannot be reached`, error);
  });
  if (found === undefined) {
    const file = await open(path, 'a', 0o600).catch((error: unknown) => {
      throw unavailable(`the database ${path} cannot be made`, error);
    });
    await file.close();
    return;
  }
  if (!found.isFile()) {
    throw new DomainError('invalid_input', `the database ${path} is not a file; name a file in database.url`);
  }
  for (const [what, target] of [['database', path] as const, ['folder', folder] as const]) {
    await access(target, constants.R_OK | constants.W_OK).catch((error: unknown) => {
      throw unavailable(`the ${what} ${target} cannot be read and written`, error);
    });
  }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    log.warn('other users of this machine can reach the database; run: chmod 600 on it', { path });
  }
}

/** Node's own recursive `mkdir` never returns where the system answers ENOENT below a folder that exists, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 });
  await make()
    .catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
      await makeFolder(dirname(folder));
      await make();
    })
    .catch(async (error: unknown) => {
      const found = await stat(folder).catch(() => undefined);
      if (found?.isDirectory() !== true) throw error;
    });
}

function unavailable(what: string, error: unknown): DomainError {
  return new DomainError(
    'upstream_unavailable',
    `${what} (${messageOf(error)}); give the user that runs this program read and write permission to the file and its folder, or set database.url to another file`,
    { cause: error },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
