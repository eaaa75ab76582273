import { BaseError, ForeignKeyConstraintError, UniqueConstraintError } from 'sequelize';
import { DomainError, type ErrorCode } from '../../core/errors.ts';

type Fault = readonly [code: ErrorCode, meaning: string];

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that the world outside this program causes. */
const faults: Readonly<Record<string, Fault>> = {
  SQLITE_BUSY: [
    'upstream_unavailable',
    'is locked by another program; wait until it has finished or stop it, then try again',
  ],
  SQLITE_LOCKED: ['upstream_unavailable', 'is locked; try again'],
  SQLITE_FULL: ['upstream_unavailable', 'cannot grow, the disk is full; free some space and try again'],
  SQLITE_IOERR: [
    'upstream_unavailable',
    'cannot be read or written; check its disk (a network share is not suitable) and the free space',
  ],
  SQLITE_READONLY: [
    'upstream_unavailable',
    'is read-only; give the user that runs this program write permission to the file and its folder',
  ],
  SQLITE_CANTOPEN: [
    'upstream_unavailable',
    'cannot be opened; check that the file and its folder exist and may be read and written',
  ],
  SQLITE_PERM: ['upstream_unavailable', 'may not be opened; give the user that runs this program permission to it'],
  SQLITE_AUTH: ['upstream_unavailable', 'may not be opened; give the user that runs this program permission to it'],
  SQLITE_PROTOCOL: ['upstream_unavailable', 'is held by too many programs at once; try again'],
  SQLITE_NOMEM: ['upstream_unavailable', 'could not be used for lack of memory'],
  SQLITE_NOLFS: ['upstream_unavailable', 'is too large for its file system'],
  SQLITE_CORRUPT: ['upstream_unavailable', 'is damaged; restore a backup, or move the file away and synchronise anew'],
  SQLITE_NOTADB: ['invalid_input', 'is not a SQLite database; set database.url to another file or restore a backup'],
};

/** Turns an error of SQLite, however wrapped, into a `DomainError` about the database `name`; gives any other error back. */
export function explainSqliteError(name: string, error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (error instanceof ForeignKeyConstraintError) {
    return new DomainError(
      'invalid_input',
      `the change refers to a user or group that the database ${name} does not hold; nothing was changed`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof UniqueConstraintError) {
    const fields = error.errors.map((item) => item.path).join(', ');
    return new DomainError(
      'invalid_input',
      `the change holds an entry twice or one that the database ${name} has already (${fields}); nothing was changed`,
      {
        cause: error,
      },
    );
  }
  const sqlite = sqliteErrorIn(error);
  const fault = sqlite === undefined ? undefined : faults[sqlite.code];
  if (sqlite === undefined || fault === undefined) return error;
  return new DomainError(fault[0], `the database ${name} ${fault[1]}; nothing was changed (${sqlite.message})`, {
    cause: error,
  });
}

function sqliteErrorIn(error: unknown): { readonly code: string; readonly message: string } | undefined {
  let current = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string' && current.code.startsWith('SQLITE_')) {
      return { code: current.code, message: current.message };
    }
    current = current instanceof BaseError && 'parent' in current ? current.parent : current.cause;
  }
  return undefined;
}
