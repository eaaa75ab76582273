import type { Command } from 'commander';
import { openSharedState, type SharedState } from '../app-shared-state.ts';
import { findUser } from '../application/find-user.ts';
import { askLoginState, type LoginStateReport } from '../application/login-state.ts';
import { DomainError } from '../core/errors.ts';
import type { LoginState } from '../core/login/login-state.ts';
import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import { openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { formatTable } from './table.ts';

/** `login` is the user's, `account` the one whose password it is: failures count there. */
type Names = Pick<LoginStateReport, 'login' | 'account'>;

const userMeaning = 'address, alias, or local part that only one user has';

/** `users unlock USER` and `users login-state USER`. */
export function addLoginCommands(users: Command, context: CliContext): void {
  addSettingOptions(
    users
      .command('unlock')
      .description('forget the failed logins of a user, here and in every running service on the same database')
      .argument('<user>', userMeaning),
  ).action(async (name: string, _options, self: Command) => {
    const { login } = await withShared(context, self, name, async (shared, names) => {
      await shared.failures.clear({ kind: 'account', key: names.account });
      shared.audit?.write({ kind: 'act', at: new Date(), actor: 'command line', act: 'unlock', target: names.login });
      return names;
    });
    printLine(context, `${login} is unlocked; running services hear of it within two seconds`);
  });

  addSettingOptions(
    users
      .command('login-state')
      .description(
        'show failed logins of a user, what running services remember, and who keeps the user out since when',
      )
      .argument('<user>', userMeaning)
      .option('--json', 'as one JSON document'),
  ).action(async (name: string, options: { json?: true }, self: Command) => {
    const log = createCliLog(context);
    const report = await withShared(context, self, name, ({ questions, failures }, names) =>
      askLoginState({ questions, failures, log }, names),
    );
    if (options.json) printJson(context, report);
    else printReport(context, report);
  });
}

function printReport(context: CliContext, { login, account, services, kept }: LoginStateReport): void {
  const linked = account === login ? '' : ` (password of ${account})`;
  const latest = kept.latest === undefined ? '' : `, the latest at ${kept.latest.toISOString()}`;
  printLine(context, `${login}${linked}: ${kept.failures} failed logins kept in the database${latest}`);
  if (services.length === 0) {
    printNote(context, 'no running service answered: what services keep in memory alone is not shown');
  }
  for (const { process, state } of services) {
    printLine(context, `\nservice ${process}`);
    printLine(context, formatTable(toRows(state)));
  }
}

const holderTexts = {
  nobody: 'nobody',
  us: 'the sidecar, until failures have aged or the user is unlocked',
  icewarp: "IceWarp's login policy, as of the last reading",
} as const;

function toRows(state: LoginState): readonly (readonly string[])[] {
  const since = state.heldBy === 'us' ? (state.heldSince?.toISOString() ?? 'unknown') : 'unknown';
  return [
    ['held by', holderTexts[state.heldBy]],
    ...(state.heldBy === 'nobody' ? [] : [['held since', since]]),
    ['failures', `${state.failures} of ${state.limit}, ${state.underWay} of them still being asked about`],
    ['last failure', state.lastFailure?.toISOString() ?? 'none'],
    ['refused without asking', `${state.knownBadPasswords} passwords at most`],
    ['let in from memory', state.remembers.join(', ') || 'nothing'],
  ];
}

async function withShared<T>(
  context: CliContext,
  command: Command,
  name: string,
  work: (shared: SharedState, names: Names) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const database = await openDatabase({ url: settings.database.url, log });
  const store = createDirectoryStore(database);
  try {
    const names = toNames(resolveLinks(await store.load()), name);
    const shared = await openSharedState({ settings, database, log, output: undefined });
    try {
      return await work(shared, names);
    } finally {
      await shared.close();
    }
  } finally {
    await store.close();
  }
}

/** Failures are counted for addresses that are nobody's, too. */
function toNames(directory: Directory, name: string): Names {
  try {
    const { login, passwordOf } = findUser(directory, name);
    return { login, account: passwordOf ?? login };
  } catch (error) {
    const address = error instanceof DomainError && error.code === 'not_found' ? parseAddress(name) : undefined;
    if (address === undefined) throw error;
    return { login: address, account: address };
  }
}
