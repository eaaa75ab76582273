import type { Command } from 'commander';
import { listUsers } from '../application/list-users.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';
import { formatTable } from './table.ts';
import { addAppPasswordCommands } from './users-app-passwords.ts';
import { addLoginCommands } from './users-login.ts';
import { addManualUserCommands } from './users-manual.ts';

/** `users [SEARCH]`, what can be done to one, and the commands that change manual users. */
export function addUsersCommand(program: Command, context: CliContext): void {
  const command = program
    .command('users')
    .description('list the users of the directory as last committed')
    // So that options behind `add` and its sisters are their own.
    .enablePositionalOptions()
    .argument('[search]', 'only those whose address or name contains this')
    .option('--json', 'as one JSON document');
  addLoginCommands(command, context);
  addAppPasswordCommands(command, context);
  addSettingOptions(command).action(async (search: string | undefined, options: { json?: true }, self: Command) => {
    const users = await withDirectory(context, self, (directory) => listUsers(directory, search));
    if (options.json) {
      printJson(context, { users });
      return;
    }
    const rows = users.map((user) => [
      user.login,
      user.origin === 'manual' ? `${user.state} (manual)` : user.state,
      user.displayName,
      [...user.privileges, ...user.roles].join(' ') || '-',
    ]);
    printLine(context, formatTable([['LOGIN', 'STATE', 'NAME', 'PRIVILEGES AND ROLES'], ...rows]));
  });
  addManualUserCommands(command, context);
}
