import type { Command } from 'commander';
import { openSharedState } from '../app-shared-state.ts';
import {
  type AppPasswordLine,
  type AppPasswordPorts,
  addAppPassword,
  type IssuedAppPassword,
  listAppPasswords,
  removeAppPassword,
} from '../application/app-passwords.ts';
import { listListenerNames } from '../config/listener-names.ts';
import { parseNetwork } from '../config/network-types.ts';
import { DomainError } from '../core/errors.ts';
import { resolveLinks } from '../core/manual-users/links.ts';
import { systemClock } from '../host/system-clock.ts';
import { createAppPasswordStore } from '../storage/app-password-store.ts';
import { openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { formatTable } from './table.ts';

interface JsonOption {
  readonly json?: true;
}

interface NameOption extends JsonOption {
  readonly name: string;
}

interface AddOptions extends NameOption {
  readonly listener?: readonly string[];
  readonly network?: readonly string[];
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
const userMeaning = 'address, alias, or local part that only one user has';

/** `users app-passwords add`, `list` and `remove`. */
export function addAppPasswordCommands(users: Command, context: CliContext): void {
  const passwords = users
    .command('app-passwords')
    .description('passwords made here for single clients of a user that log in again and again; LDAP alone takes them');
  const define = (name: string, description: string) =>
    addSettingOptions(
      passwords
        .command(name)
        .description(description)
        .argument('<user>', userMeaning)
        .option('--json', 'as one JSON document'),
    );

  define('add', 'make one. Shows it once; running services take it within 2 seconds')
    .requiredOption('--name <text>', 'which client it is for')
    .option(
      '--listener <name>',
      'an LDAP listener that takes it; may be given several times; all when left out',
      collect,
    )
    .option('--network <cidr>', 'a network it is taken from; may be given several times; all when left out', collect)
    .action(async (user: string, options: AddOptions, self: Command) => {
      const { name, listener: listeners = [], network = [] } = options;
      const networks = network.map(toNetwork);
      const issued = await withPorts(context, self, (ports) =>
        addAppPassword(ports, { user, name, listeners, networks }),
      );
      printIssued(context, issued, options);
    });

  define('list', "list a user's; never the passwords themselves").action(
    async (name: string, options: JsonOption, self: Command) => {
      const { user, lines } = await withPorts(context, self, (ports) => listAppPasswords(ports, name));
      if (options.json) printJson(context, { user: user.login, appPasswords: lines });
      else printLine(context, toTable(lines));
    },
  );

  define('remove', 'remove one; running services refuse it within 2 seconds')
    .requiredOption('--name <text>', 'as in the list')
    .action(async (user: string, { name, json }: NameOption, self: Command) => {
      const { login } = await withPorts(context, self, (ports) => removeAppPassword(ports, user, name));
      if (json) printJson(context, { user: login, removed: name });
      else printLine(context, `the app password ${name} of ${login} is removed`);
    });
}

function printIssued(context: CliContext, { user, password, secret }: IssuedAppPassword, { json }: JsonOption): void {
  const { id, name, listeners, networks } = password;
  if (json) {
    printJson(context, { user: user.login, id, name, listeners, networks, password: secret.reveal() });
    return;
  }
  if (user.state !== 'enabled') printNote(context, `${user.login} is ${user.state}: it lets nobody in until that ends`);
  printNote(context, 'keep the password now: it is not shown again');
  printLine(
    context,
    formatTable([
      ['user', user.login],
      ['password', secret.reveal()],
    ]),
  );
}

function toTable(lines: readonly AppPasswordLine[]): string {
  const rows = lines.map(({ name, id, status, listeners, networks, createdAt, lastUsedOn }) => [
    name,
    id,
    status === 'usable' ? 'usable' : 'refused: made with another key',
    listeners.join(' ') || 'all',
    networks.join(' ') || 'all',
    createdAt.toISOString(),
    lastUsedOn ?? 'never',
  ]);
  return formatTable([['NAME', 'ID', 'STATUS', 'LISTENERS', 'NETWORKS', 'MADE AT', 'LAST USED'], ...rows]);
}

function toNetwork(text: string): string {
  const network = parseNetwork(text);
  if (network !== undefined) return network;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new DomainError('invalid_input', `${shown} is no network; write it as 192.0.2.0/24 or 2001:db8::/32`);
}

async function withPorts<T>(
  context: CliContext,
  command: Command,
  work: (ports: AppPasswordPorts) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const database = await openDatabase({ url: settings.database.url, log });
  const store = createDirectoryStore(database);
  try {
    const shared = await openSharedState({ settings, database, log, output: undefined });
    try {
      return await work({
        directory: resolveLinks(await store.load()),
        passwords: createAppPasswordStore(database, systemClock),
        key: shared.secretKey,
        clock: systemClock,
        listeners: listListenerNames(settings.ldap),
        audit: shared.audit,
        actor: 'command line',
      });
    } finally {
      await shared.close();
    }
  } finally {
    await store.close();
  }
}
