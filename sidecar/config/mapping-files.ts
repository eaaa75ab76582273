import { basename, join } from 'node:path';
import type { Mapping } from '../core/mapping/rules.ts';
import type { MappingText } from '../core/ports/mapping-store.ts';
import { readMappingDocument } from './mapping-document.ts';
import { createMappingFaults, type MappingFault, type MappingFaults } from './mapping-faults.ts';
import { toReport } from './mapping-fields.ts';
import { listMappingFolder, parseMappingText, readMappingText } from './mapping-folder.ts';
import { findIdleConstraints, findVainDenials, mergeDocuments, standardDefaults } from './mapping-merge.ts';
import { createTimeParser } from './mapping-times.ts';
import type { Place } from './raw.ts';

export interface MappingFilesOptions {
  /** Where a date begins at 00:00 (`mappings.timeZone`): an IANA name. UTC when left out. */
  readonly timeZone?: string;
}

/** There is no folder, or no mapping file in it. */
export interface MappingAbsence {
  readonly directory: string;
  readonly isMissing: boolean;
}

const megabyte = 1024 * 1024;
const maxTotalBytes = 8 * megabyte;

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** What was read, by name within the folder. */
  readonly files: readonly MappingText[];
  /** Why there are no files. */
  readonly absence: MappingAbsence | undefined;
  /** For the administrator; those about a line begin with file, line and column. */
  readonly warnings: readonly string[];
  /** Where each rule stands, by its name. */
  readonly places: ReadonlyMap<string, Place>;
}

/** The files as they are, for whoever shows all faults: a mapping is there when there is none. */
export type InspectedMapping =
  | ({ readonly isSound: true } & LoadedMapping)
  | { readonly isSound: false; readonly faults: readonly MappingFault[]; readonly warnings: readonly string[] };

/**
 * Reads and merges the mapping files of a folder: all `*.yaml` but `*.test.yaml`, neither those below it nor those whose
 * name begins with a dot. A folder that is missing or without mapping files grants the defaults, with a warning.
 * Throws `invalid_input` with every fault of every file, each with file, line and column and the remedy.
 */
export function readMappingFiles(directory: string, options: MappingFilesOptions = {}): LoadedMapping {
  const faults = createMappingFaults();
  const loaded = load(directory, options, faults);
  faults.throwIfAny();
  return loaded;
}

/** The same without throwing. */
export function inspectMappingFiles(directory: string, options: MappingFilesOptions = {}): InspectedMapping {
  const faults = createMappingFaults();
  return toInspected(load(directory, options, faults), faults);
}

/** The same for files that were read earlier: those of {@link LoadedMapping}. */
export function inspectMappingTexts(
  files: readonly MappingText[],
  options: MappingFilesOptions = {},
): InspectedMapping {
  const faults = createMappingFaults();
  return toInspected(parse(files, options, faults), faults);
}

function toInspected(loaded: LoadedMapping, faults: MappingFaults): InspectedMapping {
  return faults.count === 0
    ? { isSound: true, ...loaded }
    : { isSound: false, faults: faults.list(), warnings: loaded.warnings };
}

function load(directory: string, options: MappingFilesOptions, faults: MappingFaults): LoadedMapping {
  const folder = listMappingFolder(directory, faults);
  const warnings = [...folder.warnings];
  const files = readTexts(folder.mappings, directory, faults);
  const absence = folder.mappings.length > 0 ? undefined : { directory, isMissing: folder.isMissing };
  if (faults.count === 0 && absence !== undefined) {
    const what = absence.isMissing ? `there is no folder ${directory}` : `no mapping file (*.yaml) in ${directory}`;
    warnings.push(`${what}: every user gets ${standardDefaults.join(' and ')}`);
  }
  const loaded = { ...parse(files, options, faults, directory), absence };
  return { ...loaded, warnings: [...warnings, ...loaded.warnings] };
}

/** All of them are kept in the database, too: beyond the bound nothing more is read. */
function readTexts(paths: readonly string[], directory: string, faults: MappingFaults): readonly MappingText[] {
  const files: MappingText[] = [];
  let bytes = 0;
  for (const path of paths) {
    const text = readMappingText(path, faults);
    if (text === undefined) continue;
    bytes += Buffer.byteLength(text, 'utf8');
    if (bytes > maxTotalBytes) {
      const message = `the mapping files in ${directory} hold more than ${maxTotalBytes / megabyte} MiB together; take out what is no rule, and name groups in place of people`;
      faults.add('mapping', undefined, message);
      return [];
    }
    files.push({ name: basename(path), text });
  }
  return files;
}

function parse(
  files: readonly MappingText[],
  { timeZone = 'UTC' }: MappingFilesOptions,
  faults: MappingFaults,
  directory?: string,
): LoadedMapping {
  const parseTime = createTimeParser(timeZone);
  const report = toReport(faults);
  const documents = files.flatMap(({ name, text }) => {
    const raw = parseMappingText(directory === undefined ? name : join(directory, name), text, faults);
    return raw === undefined ? [] : readMappingDocument(raw, parseTime, report);
  });
  const mapping = mergeDocuments(documents, report);
  const placed = documents.flatMap((document) => document.rules);
  return {
    mapping,
    files,
    absence: undefined,
    warnings: [...findVainDenials(mapping, placed), ...findIdleConstraints(mapping, documents)],
    places: new Map(placed.map(({ rule, at }) => [rule.name, at])),
  };
}
