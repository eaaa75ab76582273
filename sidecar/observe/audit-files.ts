import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { maxLineLength } from './audit-line.ts';

/** A file of an audit log that is no longer written to. */
export interface RotatedFile {
  readonly path: string;
  readonly rotatedAt: Date;
}

/** The name that a full `audit.log` gets: `audit-20261124T100000123Z.log`. */
export function toRotatedName(path: string, at: Date): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}-${at.toISOString().replace(/[-:.]/g, '')}${ending}`;
}

/** The rotated files of `path`, oldest first; none when the folder does not exist. */
export async function listRotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const ending = extname(path);
  const stem = `${basename(path, ending)}-`;
  const names = await readdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort().flatMap((name) => {
    if (!name.startsWith(stem) || !name.endsWith(ending)) return [];
    const stamp = name.slice(stem.length, name.length - ending.length);
    const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(stamp);
    if (parts === null) return [];
    const [, year, month, day, hour, minute, second, ms] = parts;
    const rotatedAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
    return Number.isNaN(rotatedAt.getTime()) ? [] : [{ path: join(dirname(path), name), rotatedAt }];
  });
}

/** All files of an audit log, oldest first. */
export async function listAuditFiles(path: string): Promise<readonly string[]> {
  const rotated = (await listRotatedFiles(path)).map((file) => file.path);
  const current = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return current === undefined ? rotated : [...rotated, path];
}

/** The lines of a file with their numbers, from 1. What is too long to be a line of ours comes cut. */
export async function* readLines(path: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let line = 0;
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      yield { line: ++line, text: cut(rest + part) };
      rest = '';
    }
    rest = cut(rest + last);
  }
  if (rest !== '') yield { line: ++line, text: rest };
}

const cut = (text: string): string => text.slice(0, maxLineLength + 1);
