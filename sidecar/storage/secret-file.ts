import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { DomainError, messageOf } from '../core/errors.ts';
import { makeSecretKey, parseSecretKey } from '../core/made-secret.ts';
import type { Log } from '../core/ports/log.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { Secret } from '../core/secret.ts';
import { parseSqliteUrl } from './sqlite/location.ts';

/** Where the key is kept and whom it is told that others can read it. */
export interface SecretFileOptions {
  /** `security.secretFile`; beside the database when left out. */
  readonly file: string | undefined;
  /** `database.url`. */
  readonly databaseUrl: string;
  readonly log: Log;
}

const maxFileBytes = 4096;

/**
 * The key in a file, readable by its owner alone. A PostgreSQL database has no place beside it, and several services may share it: then
 * reading gives nothing and making rejects with `invalid_input` until the file is named.
 */
export function createSecretFile({ file, databaseUrl, log }: SecretFileOptions): SecretKeySource {
  const path = file ?? fileBeside(databaseUrl);
  if (path === undefined) {
    return {
      place: 'security.secretFile',
      read: async () => undefined,
      readOrMake: () => Promise.reject(notNamed()),
    };
  }
  let warned = false;
  const onReadable = () => {
    if (!warned) log.warn('other users of this machine can read the secret key; run: chmod 600 on it', { path });
    warned = true;
  };
  const read = () => readKey(path, onReadable);
  return {
    place: path,
    read,
    async readOrMake() {
      const known = await read();
      if (known !== undefined) return known;
      await makeKey(path);
      const made = await read();
      if (made !== undefined) return made;
      throw unusable(path, 'vanished as soon as it was made');
    },
  };
}

/** `sidecar.secret` beside `sidecar.sqlite`; undefined for a database that is no file. */
function fileBeside(databaseUrl: string): string | undefined {
  if (!databaseUrl.startsWith('sqlite:')) return undefined;
  const location = parseSqliteUrl(databaseUrl);
  if (location.kind === 'memory') return undefined;
  const { path } = location;
  return `${path.slice(0, path.length - extname(path).length)}.secret`;
}

async function readKey(path: string, onReadable: () => void): Promise<Secret | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(path, `cannot be read (${messageOf(error)})`, error);
  });
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    if (!found.isFile()) throw unusable(path, 'is not a file');
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) onReadable();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxFileBytes + 1), 0, maxFileBytes + 1, 0);
    const key = bytesRead > maxFileBytes ? undefined : parseSecretKey(buffer.toString('utf8', 0, bytesRead));
    if (key === undefined) throw unusable(path, 'holds no key (43 or more letters, digits, - and _)');
    return key;
  } finally {
    await file.close();
  }
}

/** Whole from the first moment it has its name; a key that somebody else made in the meantime stays. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${makeSecretKey().reveal()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unusable(path, `cannot be made (${messageOf(error)})`, error);
  } finally {
    await rm(draft, { force: true });
  }
}

function unusable(path: string, what: string, cause?: unknown): DomainError {
  return new DomainError(
    'invalid_input',
    `the secret key ${path} ${what}; restore it, correct its permissions, or name another file in security.secretFile`,
    { cause },
  );
}

function notNamed(): DomainError {
  return new DomainError(
    'invalid_input',
    'there is no place for the secret key beside this database: name a file in security.secretFile, the same one for every service on it',
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
