import type { Command } from 'commander';
import { openSharedState } from '../app-shared-state.ts';
import { findUser } from '../application/find-user.ts';
import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/model.ts';
import { parseAddress } from '../core/names.ts';
import { openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printLine } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

/** `users unlock USER`. */
export function addUnlockCommand(users: Command, context: CliContext): void {
  const command = users
    .command('unlock')
    .description('forget the failed logins of a user, here and in every running service on the same database')
    .argument('<user>', 'address, alias, or local part that only one user has');
  addSettingOptions(command).action(async (name: string, _options, self: Command) => {
    const login = await unlock(context, self, name);
    printLine(context, `${login} is unlocked; running services hear of it within two seconds`);
  });
}

async function unlock(context: CliContext, command: Command, name: string): Promise<string> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const database = await openDatabase({ url: settings.database.url, log });
  const store = createDirectoryStore(database);
  try {
    const login = toLogin(await store.load(), name);
    const shared = await openSharedState({ settings, database, log, output: undefined });
    try {
      await shared.failures.clear({ kind: 'account', key: login });
      shared.audit?.write({ kind: 'act', at: new Date(), actor: 'command line', act: 'unlock', target: login });
    } finally {
      await shared.close();
    }
    return login;
  } finally {
    await store.close();
  }
}

/** Failures are counted for addresses that are nobody's, too. */
function toLogin(directory: Directory, name: string): string {
  try {
    return findUser(directory, name).login;
  } catch (error) {
    const address = error instanceof DomainError && error.code === 'not_found' ? parseAddress(name) : undefined;
    if (address === undefined) throw error;
    return address;
  }
}
