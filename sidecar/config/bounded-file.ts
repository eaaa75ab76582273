import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What came of reading a file that an administrator named. `fault` says what is wrong and what to do. */
export type FileText = { readonly text: string; readonly mode: number } | { readonly fault: string };

/**
 * Reads a regular file of at most `maxBytes` as UTF-8; a byte order mark is dropped. Never waits (no pipes, no devices)
 * and never throws.
 */
export function readTextFile(path: string, maxBytes: number): FileText {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    return { fault: describeOpenError(path, error) };
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) return { fault: `${path} is no file; name a regular file` };
    const bytes = Buffer.alloc(Math.min(status.size, maxBytes) + 1);
    const length = readWhole(handle, bytes);
    if (length > maxBytes) return { fault: `${path} is larger than ${maxBytes} bytes; is it the right file?` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
    if (text.includes('\0')) return { fault: `${path} holds NUL characters; save it as plain UTF-8 text` };
    return { text, mode: status.mode };
  } catch (error) {
    if (error instanceof TypeError) return { fault: `${path} is not UTF-8; save it as UTF-8 text` };
    return { fault: `${path} cannot be read (${codeOf(error)}); check the disk` };
  } finally {
    closeSync(handle);
  }
}

function readWhole(handle: number, target: Buffer): number {
  let length = 0;
  while (length < target.length) {
    const count = readSync(handle, target, length, target.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

function describeOpenError(path: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${path} does not exist; create it or correct the path`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this user; change its owner or mode`;
    default:
      return `${path} cannot be opened (${codeOf(error)}); check the path`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
