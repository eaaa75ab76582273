import type { Command } from 'commander';
import { listGroups } from '../application/list-groups.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';
import { formatTable } from './table.ts';

/** `groups [SEARCH]`. */
export function addGroupsCommand(program: Command, context: CliContext): void {
  const command = program
    .command('groups')
    .description('list the groups of the directory as last committed')
    .argument('[search]', 'only those whose address or name contains this')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (search: string | undefined, options: { json?: true }, self: Command) => {
    const groups = await withDirectory(context, self, (directory) => listGroups(directory, search));
    if (options.json) {
      printJson(context, { groups });
      return;
    }
    const rows = groups.map((group) => [
      group.name,
      group.kind === 'group' ? 'group' : 'list',
      String(group.effectiveMembers.length),
      shorten(group.directMembers),
    ]);
    printLine(context, formatTable([['GROUP', 'KIND', 'USERS', 'MEMBERS AS ICEWARP LISTS THEM'], ...rows]));
  });
}

function shorten(members: readonly string[]): string {
  const shown = members.slice(0, 4).join(' ');
  return members.length > 4 ? `${shown} … (${members.length})` : shown || '-';
}
