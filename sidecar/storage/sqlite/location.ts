import { extname, resolve } from 'node:path';
import { DomainError } from '../../core/errors.ts';

/** Where a SQLite database lives: a file (absolute path) or this process's memory. */
export type SqliteLocation = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'memory' };

/**
 * Reads `sqlite:<path>`, `sqlite:///<absolute path>` and `sqlite::memory:`. The path is taken as the system writes it
 * (nothing is decoded) and is relative to the working folder. Throws `invalid_input`.
 */
export function parseSqliteUrl(url: string): SqliteLocation {
  const rest = url.slice(url.indexOf(':') + 1);
  if (rest === ':memory:') return { kind: 'memory' };
  const path = rest.startsWith('///') ? rest.slice(2) : rest;
  if (path.startsWith('//')) {
    throw new DomainError(
      'invalid_input',
      `database.url "${url}" names a host; write sqlite:<path> or sqlite:///<absolute path>`,
    );
  }
  if (path.trim() === '' || path.includes('\0') || /[/\\]$/.test(path)) {
    throw new DomainError(
      'invalid_input',
      `database.url "${url}" names no file; write sqlite:<path>, for example sqlite:./data/sidecar.sqlite`,
    );
  }
  return { kind: 'file', path: resolve(path) };
}

/** The file of expiring state beside a database file: `sidecar.state.sqlite` for `sidecar.sqlite`. */
export function stateFileOf(path: string): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.state${ending}`;
}
