import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Mapping } from '../core/mapping/rules.ts';
import { readTextFile } from './bounded-file.ts';
import { type Faults, quote } from './faults.ts';
import { type MappingDocument, type PlacedRule, readMappingDocument } from './mapping-document.ts';
import { createMappingFaults } from './mapping-faults.ts';
import { type Report, toReport } from './mapping-fields.ts';
import type { Place } from './raw.ts';
import { parseYaml } from './yaml-text.ts';

const maxFileBytes = 1024 * 1024;
const maxFiles = 200;
const maxRules = 10_000;

/** Granted when no mapping file says anything about defaults. */
const standardDefaults = ['LogOn', 'ReadOwnArchive'];

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** For the administrator; those about a line begin with file, line and column. */
  readonly warnings: readonly string[];
}

/**
 * Reads and merges the mapping files of a folder: all `*.yaml` but `*.test.yaml`, neither those below it nor those whose
 * name begins with a dot. A folder that is missing or without mapping files grants the defaults, with a warning.
 * Throws `invalid_input` with every fault of every file, each with file, line and column and the remedy.
 */
export function readMappingFiles(directory: string): LoadedMapping {
  const faults = createMappingFaults();
  const warnings: string[] = [];
  const files = listFiles(directory, faults, warnings);
  const documents = files.flatMap((file) => readFile(join(directory, file), faults) ?? []);
  if (faults.count === 0 && files.length === 0) {
    warnings.push(`no mapping file (*.yaml) in ${directory}: every user gets ${standardDefaults.join(' and ')}`);
  }
  const report = toReport(faults);
  const rules = mergeRules(documents, report);
  const defaults = mergeDefaults(documents, report);
  faults.throwIfAny();
  const mapping: Mapping = { defaults, rules: rules.map(({ rule }) => rule) };
  return { mapping, warnings: [...warnings, ...findVainDenials(mapping, rules)] };
}

function listFiles(directory: string, faults: Faults, warnings: string[]): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code !== 'ENOENT') {
      const remedy = 'check mappings.directory and the rights of this user';
      faults.add('mapping', undefined, `${directory} cannot be listed (${code}); ${remedy}`);
    }
    return [];
  }
  const visible = names.filter((name) => !name.startsWith('.'));
  for (const name of visible) {
    if (name.endsWith('.yml')) warnings.push(`${join(directory, name)} is ignored: a mapping file ends in .yaml`);
  }
  // A folder may bear such a name; links count as what they lead to, for containers mount files as links.
  const isFolder = (name: string) => statSync(join(directory, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const files = visible.filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml') && !isFolder(name));
  if (files.length > maxFiles) {
    const message = `${directory} holds more than ${maxFiles} mapping files; is it the right folder (mappings.directory)?`;
    faults.add('mapping', undefined, message);
    return [];
  }
  return files;
}

function readFile(path: string, faults: Faults): MappingDocument | undefined {
  const read = readTextFile(path, maxFileBytes);
  if ('fault' in read) {
    faults.add('mapping', undefined, read.fault);
    return undefined;
  }
  const before = faults.count;
  const raw = parseYaml(read.text, path, faults);
  if (raw !== undefined && raw.kind !== 'nothing') return readMappingDocument(raw, toReport(faults));
  if (faults.count === before)
    faults.add('mapping', `${path}:1:1`, 'the file is empty: write "version: 1", or remove it');
  return undefined;
}

function mergeRules(documents: readonly MappingDocument[], report: Report): readonly PlacedRule[] {
  const rules = documents.flatMap((document) => document.rules);
  const last = rules[maxRules];
  if (last !== undefined) report(last.at, `more than ${maxRules} rules; grant to fewer, larger groups`);
  const places = new Map<string, Place>();
  for (const { rule, at } of rules) {
    const first = places.get(rule.name);
    if (first === undefined) places.set(rule.name, at);
    else report(at, `a rule ${quote(rule.name)} is there already, at ${first}; give one of them another name`);
  }
  return rules;
}

function mergeDefaults(documents: readonly MappingDocument[], report: Report): readonly string[] {
  const stated = documents.flatMap((document) => document.defaults ?? []);
  const [first, ...others] = stated;
  for (const { at } of others) report(at, `defaults are stated already, at ${first?.at}; state them in one file`);
  return first === undefined ? standardDefaults : [...new Set(first.grant)];
}

/** Denials of one archive that a grant of all, or of a group's, archives makes vain: such a grant is never cut up. */
function findVainDenials({ defaults, rules }: Mapping, placed: readonly PlacedRule[]): readonly string[] {
  const wide = new Map<string, string>();
  for (const { grant, name } of [{ grant: defaults, name: 'defaults' }, ...rules]) {
    for (const privilege of grant) {
      const [right = '', whose = ''] = privilege.split(':');
      if (whose === '*' || whose === 'group') wide.set(right, `${privilege} (${name})`);
    }
  }
  return placed.flatMap(({ deny }) =>
    deny.flatMap(({ text, at }) => {
      const [right = '', whose = ''] = text.split(':');
      const wider = wide.get(right);
      if (wider === undefined || whose === '' || whose === '*' || wider.startsWith(`${text} `)) return [];
      return [`${at}: denying ${text} takes nothing away from who is granted ${wider}`];
    }),
  );
}
