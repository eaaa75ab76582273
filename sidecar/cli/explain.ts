import type { Command } from 'commander';
import { type MappingFolder, openMappingFiles } from '../app-mapping.ts';
import { explainArchive } from '../application/explain-archive.ts';
import { findLoginRefusal } from '../application/explain-login.ts';
import { explainPrivilege } from '../application/explain-privilege.ts';
import { findUser } from '../application/find-user.ts';
import { loadMappingInForce } from '../application/mapping-in-force.ts';
import { DomainError } from '../core/errors.ts';
import { explainUser } from '../core/mapping/explain.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import type { MappingStore } from '../core/ports/mapping-store.ts';
import { systemClock } from '../host/system-clock.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { formatArchive, formatExplanation, formatPrivilege } from './explain-print.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';

interface Options {
  readonly archive?: string;
  readonly privilege?: string;
  readonly require: string;
  readonly json?: true;
}

/** An answer as a document and as text. */
interface Answer {
  readonly json: unknown;
  readonly text: string;
}

/** `explain USER`, `explain --archive ADDRESS`, `explain --privilege NAME`. */
export function addExplainCommand(program: Command, context: CliContext): void {
  const command = program
    .command('explain')
    .description('show the privileges and roles of a user, and the rules and paths of membership that gave them')
    .argument('[user]', 'address, alias, unique local part or UUID')
    .option('--archive <address>', 'the other way round: who can read this archive, and why')
    .option('--privilege <name>', 'who has this privilege or role, and why')
    .option('--require <names>', 'what a listener or client requires for a login, with commas between', 'LogOn')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (user: string | undefined, options: Options, self: Command) => {
    const ask = chooseQuestion(user, options);
    const answer = await withDirectory(context, self, async (directory, { settings }, mappings) => {
      const mapping = await loadMapping(context, settings.mappings, mappings);
      return ask(directory, mapping, new Date());
    });
    if (options.json) printJson(context, answer.json);
    else printLine(context, answer.text);
  });
}

/** The mapping of the files, or the last good one where they are broken. Notes say where that is not what is served. */
async function loadMapping(context: CliContext, folder: MappingFolder, store: MappingStore): Promise<Mapping> {
  const kept = await store.load();
  const ports = { files: openMappingFiles(folder), store, clock: systemClock };
  const { mapping, state, warnings } = await loadMappingInForce(ports, { keep: false });
  for (const warning of warnings) printNote(context, `warning: ${warning}`);
  if (state.faultCount > 0) {
    const since = state.since.toISOString();
    printNote(
      context,
      `warning: the mapping files are broken (see \`mappings check\`): this is about those in force since ${since}`,
    );
  } else if (kept !== undefined && kept.hash !== state.hash) {
    printNote(
      context,
      'warning: the mapping files were edited since a run or the service last read them: this is about the files',
    );
  }
  return mapping;
}

function chooseQuestion(
  user: string | undefined,
  { archive, privilege, require }: Options,
): (directory: Directory, mapping: Mapping, now: Date) => Answer {
  if ([user, archive, privilege].filter((each) => each !== undefined).length !== 1) {
    throw new DomainError('invalid_input', 'name one thing to explain: a user, --archive ADDRESS or --privilege NAME');
  }
  if (archive !== undefined) {
    return (directory, mapping, now) => {
      const json = explainArchive(directory, mapping, archive, now);
      return { json, text: formatArchive(json) };
    };
  }
  if (privilege !== undefined) {
    return (directory, mapping, now) => {
      const json = explainPrivilege(directory, mapping, privilege, now);
      return { json, text: formatPrivilege(json) };
    };
  }
  const required = require
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return (directory, mapping, now) => {
    const explanation = explainUser(directory, mapping, findUser(directory, user ?? ''), now);
    const refusal = findLoginRefusal(explanation, required);
    return {
      json: { ...explanation, loginCheck: { require: required, refusal: refusal ?? null } },
      text: formatExplanation(explanation, required, refusal),
    };
  };
}
