import type { Command } from 'commander';
import { findUser } from '../application/find-user.ts';
import { readMappingFiles } from '../config/mapping-files.ts';
import { type Explanation, explainUser, type RightTrace } from '../core/mapping/explain.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions } from './settings-options.ts';
import { withDirectory } from './stored-directory.ts';
import { formatTable } from './table.ts';

/** `explain USER`. */
export function addExplainCommand(program: Command, context: CliContext): void {
  const command = program
    .command('explain')
    .description('show the privileges and roles of a user, and the rules and paths of membership that gave them')
    .argument('<user>', 'address, alias, unique local part or UUID')
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action(async (name: string, options: { json?: true }, self: Command) => {
    const explanation = await withDirectory(context, self, async (directory, { settings }) => {
      const { mapping, warnings } = await readMappingFiles(settings.mappings.directory);
      for (const warning of warnings) printNote(context, `warning: ${warning}`);
      return explainUser(directory, mapping, findUser(directory, name));
    });
    if (options.json) printJson(context, explanation);
    else printLine(context, formatExplanation(explanation));
  });
}

/** The explanation as a person reads it. */
function formatExplanation(explanation: Explanation): string {
  const groups = explanation.groups.map(({ name, path }) => [
    `  ${name}`,
    path.slice(1).length > 1 ? path.join(' ← ') : 'direct',
  ]);
  const rights = explanation.rights.map((right) => [
    `  ${right.name}`,
    right.held ? right.kind : 'DENIED',
    describeCauses(right),
  ]);
  return [
    `${explanation.login}  ${explanation.displayName}  (${explanation.state})`,
    `addresses: ${explanation.addresses.join(', ')}`,
    groups.length === 0 ? 'groups: none' : `groups:\n${formatTable(groups)}`,
    rights.length === 0 ? 'rights: none' : `rights:\n${formatTable(rights)}`,
  ].join('\n');
}

function describeCauses(right: RightTrace): string {
  const cause = (verb: string) => (trace: RightTrace['grantedBy'][number]) =>
    `${verb} rule "${trace.rule}" (${trace.path.join(' ← ')})`;
  return [
    ...right.deniedBy.map(cause('denied by')),
    ...(right.byDefault ? ['by default'] : []),
    ...right.grantedBy.map(cause('by')),
  ].join('; ');
}
