import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkMappings } from '../application/check-mappings.ts';
import { diffMappings } from '../application/diff-mappings.ts';
import { describeMissing } from '../application/mapping-in-force.ts';
import { testMappings } from '../application/test-mappings.ts';
import type { LoadedSettings } from '../config/load.ts';
import { inspectMappingFiles, readMappingFiles } from '../config/mapping-files.ts';
import { readMappingTests } from '../config/mapping-tests.ts';
import { findNearest } from '../config/nearest.ts';
import { DomainError } from '../core/errors.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addMappingsApply } from './mappings-apply.ts';
import { formatCheck, formatDiff, formatTests, parsePlace, toCheckReport } from './mappings-print.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';

interface JsonOption {
  readonly json?: true;
}

/** `mappings check`, `test`, `diff` and `apply`. */
export function addMappingsCommand(program: Command, context: CliContext, exitWith: (status: number) => void): void {
  const mappings = program
    .command('mappings')
    .description('check, test, compare and apply the files that map groups to rights');
  addCheck(mappings, context, exitWith);
  addTest(mappings, context, exitWith);
  addDiff(mappings, context, exitWith);
  addMappingsApply(mappings, context, exitWith);
}

function addCheck(mappings: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = mappings
    .command('check')
    .description(
      'report every fault of the mapping files with file, line and column, constraints that they break, and rules that do less than they seem to. Exit status: 0 sound, 1 not',
    )
    .argument('[folder]', 'check this folder instead of mappings.directory')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (named: string | undefined, options: JsonOption, self: Command) => {
    const report = await withDirectory(context, self, async (directory, loaded, mappings) => {
      const { folder, timeZone } = findFolder(context, loaded, named);
      const inspected = inspectMappingFiles(folder, { timeZone });
      const warnings = inspected.warnings.map(parsePlace);
      if (inspected.isSound && inspected.absence?.isMissing === true) {
        const kept = await mappings.load();
        const errors = kept === undefined || kept.files.length === 0 ? [] : [describeMissing(folder)];
        if (errors.length > 0)
          return toCheckReport(folder, { rules: undefined, errors: errors.map(parsePlace), warnings: [] });
      }
      if (!inspected.isSound) return toCheckReport(folder, { rules: undefined, errors: inspected.faults, warnings });
      const { mapping, places } = inspected;
      const result = checkMappings({ mapping, places, directory, now: new Date(), findNearest });
      return toCheckReport(folder, {
        rules: mapping.rules.length,
        errors: result.breaches,
        warnings: [...warnings, ...result.warnings],
      });
    });
    if (options.json) printJson(context, report);
    else printLine(context, formatCheck(report));
    exitWith(report.ok ? 0 : 1);
  });
}

function addTest(mappings: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = mappings
    .command('test')
    .description(
      'run the expectations in *.test.yaml against the mapping files and the directory as last committed. Exit status: 0 all met, 1 not',
    )
    .argument('[folder]', 'take mapping and tests from this folder instead of mappings.directory')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (named: string | undefined, options: JsonOption, self: Command) => {
    const results = await withDirectory(context, self, (directory, loaded) => {
      const { folder, timeZone } = findFolder(context, loaded, named);
      const mapping = readFolder(context, folder, timeZone);
      const tests = readMappingTests(folder, { timeZone });
      if (tests.length === 0) {
        const remedy = 'write expectations into a file that ends in .test.yaml';
        throw new DomainError('invalid_input', `there is no test in ${folder}: ${remedy}`);
      }
      const outcome = testMappings(directory, mapping, tests, new Date());
      return outcome.map((result, index) => ({ at: tests[index]?.place, ...result }));
    });
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    if (options.json) printJson(context, { ok: failed === 0, passed: results.length - failed, failed, tests: results });
    else printLine(context, formatTests(results));
    exitWith(failed === 0 ? 0 : 1);
  });
}

function addDiff(mappings: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = mappings
    .command('diff')
    .description(
      'show per user and privilege what would change if a folder of mapping files were in force. Exit status: 0 nothing, 1 failed, 2 something',
    )
    .argument('<folder>', 'folder of mapping files')
    .option('--verbose', 'show every user')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(
    async (named: string, options: JsonOption & { readonly verbose?: true }, self: Command) => {
      const diff = await withDirectory(context, self, (directory, loaded) => {
        const { folder, timeZone } = findFolder(context, loaded, named);
        return diffMappings(directory, readFolder(context, folder, timeZone), new Date());
      });
      if (options.json) printJson(context, diff);
      else printLine(context, formatDiff(diff, options.verbose === true));
      exitWith(diff.users.length === 0 ? 0 : 2);
    },
  );
}

function readFolder(context: CliContext, folder: string, timeZone: string): Mapping {
  const { mapping, warnings } = readMappingFiles(folder, { timeZone });
  for (const warning of warnings) printNote(context, `warning: ${warning}`);
  return mapping;
}

function findFolder(context: CliContext, { settings }: LoadedSettings, named: string | undefined) {
  const { directory, timeZone } = settings.mappings;
  if (named === undefined) return { folder: directory, timeZone };
  const folder = resolve(context.cwd, named);
  // A missing mappings.directory grants the defaults; a slip of the pen here is not to pass for that.
  if (!existsSync(folder)) throw new DomainError('invalid_input', `there is no folder ${folder}; correct the path`);
  return { folder, timeZone };
}
