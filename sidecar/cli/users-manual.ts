import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import {
  addManualUser,
  adoptManualUser,
  editManualUser,
  linkManualUser,
  type ManualUserPorts,
  type ManualUserResult,
  removeManualUser,
  unlinkManualUser,
} from '../application/manual-users.ts';
import { DomainError } from '../core/errors.ts';
import { systemClock } from '../host/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createMappingStore } from '../storage/mapping-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { loadMapping } from './mapping-notes.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

interface JsonOption {
  readonly json?: true;
}

interface AddOptions extends JsonOption {
  readonly icewarp: string;
  readonly name?: string;
  readonly mail?: readonly string[];
}

interface EditOptions extends JsonOption {
  readonly name?: string;
  /** False: `--no-mail`. */
  readonly mail?: readonly string[] | false;
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** `users add`, `edit`, `remove`, `link`, `unlink` and `adopt`. A running service serves the change within 2 seconds. */
export function addManualUserCommands(users: Command, context: CliContext): void {
  const define = (usage: string, description: string) =>
    addSettingOptions(
      users.command(usage).description(description).option('--json', 'print the user as one JSON document'),
    );
  const run = async (
    self: Command,
    options: JsonOption,
    verb: string,
    work: (ports: ManualUserPorts) => Promise<ManualUserResult>,
  ) => tell(context, options, verb, await withPorts(context, self, work));

  define(
    'add <login>',
    'make a user that no synchronisation touches, whose password IceWarp checks under another address',
  )
    .requiredOption('--icewarp <address>', 'the account whose password it is')
    .option('--name <text>', 'display name; the local part when left out')
    .option('--mail <address>', 'a further address; may be given several times', collect)
    .action((login: string, options: AddOptions, self: Command) =>
      run(self, options, 'added', (ports) => addManualUser(ports, { login, ...options })),
    );
  define('edit <user>', 'change the name or the further addresses of a manual user')
    .option('--name <text>', 'display name')
    .option('--mail <address>', 'a further address, in the place of all there are; may be given several times', collect)
    .option('--no-mail', 'no further address')
    .action((user: string, { mail, ...options }: EditOptions, self: Command) => {
      // Commander counts an option that has a `no-` sister as given when it is not.
      const given = self.getOptionValueSource('mail') === 'cli' ? mail || [] : undefined;
      return run(self, options, 'changed', (ports) => editManualUser(ports, user, { name: options.name, mail: given }));
    });
  define('remove <user>', 'remove a manual user at once').action((user: string, options: JsonOption, self: Command) =>
    run(self, options, 'removed', (ports) => removeManualUser(ports, user)),
  );
  define('link <user> <address>', 'take the password of another IceWarp account from now on').action(
    (user: string, address: string, options: JsonOption, self: Command) =>
      run(self, options, 'linked', (ports) => linkManualUser(ports, user, address)),
  );
  define('unlink <user>', 'disable a manual user until it is linked again').action(
    (user: string, options: JsonOption, self: Command) =>
      run(self, options, 'unlinked and disabled', (ports) => unlinkManualUser(ports, user)),
  );
  define(
    'adopt <user>',
    'hand a manual user over to synchronisation: it becomes the IceWarp account of the same address, with the same identity',
  ).action((user: string, options: JsonOption, self: Command) =>
    run(self, options, 'adopted', (ports) => adoptManualUser(ports, user)),
  );
}

async function withPorts<T>(
  context: CliContext,
  command: Command,
  work: (ports: ManualUserPorts) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const database = await openDatabase({ url: settings.database.url, log: createCliLog(context) });
  try {
    const mapping = await loadMapping(context, settings.mappings, createMappingStore(database));
    if (mapping.doubt !== undefined) {
      throw new DomainError(
        'conflict',
        `${mapping.doubt}: restore the files, or confirm it (mappings apply), before users are changed`,
      );
    }
    return await work({ store: createDirectoryStore(database), mapping, clock: systemClock, newId: randomUUID });
  } finally {
    await database.close();
  }
}

function tell(
  context: CliContext,
  { json }: JsonOption,
  verb: string,
  { user, isRemoved, warnings }: ManualUserResult,
): void {
  for (const warning of warnings) printNote(context, `warning: ${warning}`);
  const { id, login, origin, passwordOf, displayName, addresses, state, privileges, roles } = user;
  if (json) {
    const shown = { id, login, origin, passwordOf, displayName, addresses, state, privileges, roles };
    printJson(context, { user: shown, removed: isRemoved, warnings });
    return;
  }
  printLine(context, `${login} is ${verb}`);
  if (isRemoved) return;
  if (passwordOf !== undefined) printLine(context, `  password of  ${passwordOf}`);
  printLine(context, `  privileges   ${[...privileges, ...roles].join(' ') || '-'}`);
}
