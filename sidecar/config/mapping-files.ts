import type { Mapping } from '../core/mapping/rules.ts';
import { readMappingDocument } from './mapping-document.ts';
import { createMappingFaults, type MappingFault, type MappingFaults } from './mapping-faults.ts';
import { toReport } from './mapping-fields.ts';
import { listMappingFolder, readYamlFile } from './mapping-folder.ts';
import { findIdleConstraints, findVainDenials, mergeDocuments, standardDefaults } from './mapping-merge.ts';
import { createTimeParser } from './mapping-times.ts';
import type { Place } from './raw.ts';

export interface MappingFilesOptions {
  /** Where a date begins at 00:00 (`mappings.timeZone`): an IANA name. UTC when left out. */
  readonly timeZone?: string;
}

export interface LoadedMapping {
  readonly mapping: Mapping;
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
  const loaded = load(directory, options, faults);
  return faults.count === 0
    ? { isSound: true, ...loaded }
    : { isSound: false, faults: faults.list(), warnings: loaded.warnings };
}

function load(directory: string, { timeZone = 'UTC' }: MappingFilesOptions, faults: MappingFaults): LoadedMapping {
  const parseTime = createTimeParser(timeZone);
  const report = toReport(faults);
  const folder = listMappingFolder(directory, faults);
  const warnings = [...folder.warnings];
  const documents = folder.mappings.flatMap((path) => {
    const raw = readYamlFile(path, faults);
    return raw === undefined ? [] : readMappingDocument(raw, parseTime, report);
  });
  if (faults.count === 0 && folder.mappings.length === 0) {
    warnings.push(`no mapping file (*.yaml) in ${directory}: every user gets ${standardDefaults.join(' and ')}`);
  }
  const mapping = mergeDocuments(documents, report);
  const placed = documents.flatMap((document) => document.rules);
  return {
    mapping,
    warnings: [...warnings, ...findVainDenials(mapping, placed), ...findIdleConstraints(mapping, documents)],
    places: new Map(placed.map(({ rule, at }) => [rule.name, at])),
  };
}
