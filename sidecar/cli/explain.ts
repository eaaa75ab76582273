import { isIP } from 'node:net';
import type { Command } from 'commander';
import { listLoginEntrances } from '../app-entrances.ts';
import { type LoginHistoryOptions, readLoginHistory } from '../app-login-history.ts';
import { explainArchive } from '../application/explain-archive.ts';
import { findLoginRefusal, type LoginCheck, type LoginEntrance } from '../application/explain-login.ts';
import { explainPrivilege } from '../application/explain-privilege.ts';
import { findUser } from '../application/find-user.ts';
import { DomainError } from '../core/errors.ts';
import { explainUser } from '../core/mapping/explain.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { formatArchive, formatExplanation, formatPrivilege } from './explain-print.ts';
import { loadMapping } from './mapping-notes.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';

interface Options {
  readonly archive?: string;
  readonly privilege?: string;
  readonly listener?: string;
  readonly client?: string;
  readonly require?: string;
  readonly from?: string;
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
    .option('--listener <name>', 'say only for this LDAP listener whether a login would be refused')
    .option('--client <id>', 'say it only for this OIDC client; for all listeners and clients when both are left out')
    .option('--require <names>', 'say it for a listener that requires these privileges and roles, with commas between')
    .option('--from <address>', 'the IP address where the user is: failed logins from there count too')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (user: string | undefined, options: Options, self: Command) => {
    const ask = chooseQuestion(user, options);
    const answer = await withDirectory(context, self, async (directory, { settings }, mappings, database) => {
      const mapping = await loadMapping(context, settings.mappings, mappings);
      const onDoubt = (doubt: string) => printNote(context, `warning: ${doubt}`);
      const log = createCliLog(context);
      return ask({ directory, mapping, now: new Date() }, { settings, database, log, onDoubt, from: options.from });
    });
    if (options.json) printJson(context, answer.json);
    else printLine(context, answer.text);
  });
}

interface Subject {
  readonly directory: Directory;
  readonly mapping: Mapping;
  readonly now: Date;
}

function chooseQuestion(
  user: string | undefined,
  options: Options,
): (subject: Subject, history: LoginHistoryOptions) => Answer | Promise<Answer> {
  const { archive, privilege } = options;
  if ([user, archive, privilege].filter((each) => each !== undefined).length !== 1) {
    throw new DomainError('invalid_input', 'name one thing to explain: a user, --archive ADDRESS or --privilege NAME');
  }
  if (archive !== undefined) {
    return ({ directory, mapping, now }) => {
      const json = explainArchive(directory, mapping, archive, now);
      return { json, text: formatArchive(json) };
    };
  }
  if (privilege !== undefined) {
    return ({ directory, mapping, now }) => {
      const json = explainPrivilege(directory, mapping, privilege, now);
      return { json, text: formatPrivilege(json) };
    };
  }
  return async ({ directory, mapping, now }, historyOptions) => {
    const entrances = await chooseEntrances(options, historyOptions);
    const found = findUser(directory, user ?? '');
    const explanation = explainUser(directory, mapping, found, now);
    const history = await readLoginHistory(historyOptions, found);
    const loginChecks = entrances.map((entrance): LoginCheck => {
      return { ...entrance, refusal: findLoginRefusal(found, entrance.require, history, now) ?? null };
    });
    return { json: { ...explanation, loginChecks }, text: formatExplanation(explanation, loginChecks) };
  };
}

async function chooseEntrances(
  { listener, client, require, from }: Options,
  { settings, database }: LoginHistoryOptions,
): Promise<readonly LoginEntrance[]> {
  if (from !== undefined && isIP(from) === 0) {
    throw new DomainError('invalid_input', `--from ${JSON.stringify(from.slice(0, 80))} is no IP address`);
  }
  if ([listener, client, require].filter((each) => each !== undefined).length > 1) {
    throw new DomainError(
      'invalid_input',
      'give one of --listener, --client and --require: each says what is required',
    );
  }
  if (require !== undefined) {
    const names = require.split(',').map((name) => name.trim());
    return [{ facade: 'ldap', name: undefined, require: names.filter((name) => name !== '') }];
  }
  const entrances = await listLoginEntrances(settings, database);
  const asked = listener ?? client;
  if (asked === undefined) return entrances;
  const ofKind = entrances.filter(({ facade }) => facade === (listener === undefined ? 'oidc' : 'ldap'));
  const named = ofKind.filter(({ name }) => name === asked);
  if (named.length > 0) return named;
  const what = listener === undefined ? 'client' : 'listener';
  const known = ofKind.length === 0 ? 'there are none' : `known are ${ofKind.map(({ name }) => name).join(', ')}`;
  throw new DomainError('invalid_input', `there is no ${what} ${JSON.stringify(asked.slice(0, 80))}; ${known}`);
}
