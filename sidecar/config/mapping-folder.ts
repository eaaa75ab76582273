import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTextFile } from './bounded-file.ts';
import type { Faults } from './faults.ts';
import type { Raw } from './raw.ts';
import { parseYaml } from './yaml-text.ts';

const maxFileBytes = 1024 * 1024;
const maxFiles = 200;

/** The files of a mapping folder, paths, sorted. */
export interface MappingFolder {
  readonly mappings: readonly string[];
  /** `*.test.yaml`. */
  readonly tests: readonly string[];
  /** Files that look as if they were meant. */
  readonly warnings: readonly string[];
  readonly isMissing: boolean;
}

/**
 * Lists a folder: neither what is below it nor what begins with a dot. One that is missing has no files; one that cannot be
 * listed, or holds too many, is reported.
 */
export function listMappingFolder(directory: string, faults: Faults): MappingFolder {
  const nothing: MappingFolder = { mappings: [], tests: [], warnings: [], isMissing: false };
  let names: readonly string[];
  try {
    names = readdirSync(directory).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return { ...nothing, isMissing: true };
    const remedy = 'check mappings.directory and the rights of this user';
    faults.add('mapping', undefined, `${directory} cannot be listed (${code}); ${remedy}`);
    return nothing;
  }
  // A folder may bear such a name; links count as what they lead to, for containers mount files as links.
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const visible = names.filter((name) => !name.startsWith('.')).map((name) => join(directory, name));
  const files = visible.filter((path) => path.endsWith('.yaml') && !isFolder(path));
  if (files.length > maxFiles) {
    const message = `${directory} holds more than ${maxFiles} mapping files; is it the right folder (mappings.directory)?`;
    faults.add('mapping', undefined, message);
    return nothing;
  }
  return {
    mappings: files.filter((path) => !path.endsWith('.test.yaml')),
    tests: files.filter((path) => path.endsWith('.test.yaml')),
    isMissing: false,
    warnings: visible
      .filter((path) => path.endsWith('.yml'))
      .map((path) => `${path} is ignored: a mapping file ends in .yaml`),
  };
}

/** A file's content with places; undefined when nothing could be read, which has been reported. */
export function readYamlFile(path: string, faults: Faults): Raw | undefined {
  const text = readMappingText(path, faults);
  return text === undefined ? undefined : parseMappingText(path, text, faults);
}

/** A file's text; undefined when it could not be read, which has been reported. */
export function readMappingText(path: string, faults: Faults): string | undefined {
  const read = readTextFile(path, maxFileBytes);
  if ('text' in read) return read.text;
  faults.add('mapping', undefined, read.fault);
  return undefined;
}

/** A text's content with places; undefined when it is no YAML, which has been reported. `path`: how faults name the file. */
export function parseMappingText(path: string, text: string, faults: Faults): Raw | undefined {
  const before = faults.count;
  const raw = parseYaml(text, path, faults);
  if (raw !== undefined && raw.kind !== 'nothing') return raw;
  if (faults.count === before)
    faults.add('mapping', `${path}:1:1`, 'the file is empty: write "version: 1", or remove it');
  return undefined;
}
