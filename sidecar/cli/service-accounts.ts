import type { Command } from 'commander';
import {
  addServiceAccount,
  type IssuedServiceAccount,
  listServiceAccounts,
  removeServiceAccount,
  rotateServiceAccount,
  type ServiceAccountPorts,
} from '../application/service-accounts.ts';
import { systemClock } from '../host/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createServiceAccountStore } from '../storage/service-account-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { formatTable } from './table.ts';

interface JsonOption {
  readonly json?: true;
}

/** `service-accounts add`, `list`, `rotate` and `remove`. */
export function addServiceAccountsCommand(program: Command, context: CliContext): void {
  const accounts = program
    .command('service-accounts')
    .description('the accounts that applications log in with over LDAP, with secrets made here');

  const issue = (name: string, description: string, work: typeof addServiceAccount) =>
    addSettingOptions(
      accounts
        .command(name)
        .description(`${description}. Shows it once; a running service takes it within 2 seconds`)
        .argument('<name>', 'letters, digits, dots, hyphens and underscores')
        .option('--json', 'as one JSON document'),
    ).action(async (account: string, options: JsonOption, self: Command) => {
      const issued = await withAccounts(context, self, (ports) => work(ports, account));
      printIssued(context, issued, options);
    });

  issue('add', 'make an account with a secret', addServiceAccount);
  addSettingOptions(
    accounts
      .command('list')
      .description('list the accounts, those of the configuration too; never their secrets')
      .option('--json', 'as one JSON document'),
  ).action(async (options: JsonOption, self: Command) => {
    const lines = await withAccounts(context, self, listServiceAccounts);
    if (options.json) {
      printJson(context, { serviceAccounts: lines });
      return;
    }
    const rows = lines.map((line) => [
      line.name,
      line.origin,
      statusTexts[line.status],
      line.secretId ?? '-',
      line.rotatedAt?.toISOString() ?? '-',
    ]);
    printLine(context, formatTable([['NAME', 'FROM', 'STATUS', 'SECRET ID', 'SECRET MADE AT'], ...rows]));
  });
  issue('rotate', 'give an account another secret, the former one is refused from then on', rotateServiceAccount);
  addSettingOptions(
    accounts
      .command('remove')
      .description('remove an account; a running service closes its connections within 2 seconds')
      .argument('<name>', 'as in the list')
      .option('--json', 'as one JSON document'),
  ).action(async (name: string, options: JsonOption, self: Command) => {
    await withAccounts(context, self, (ports) => removeServiceAccount(ports, name));
    if (options.json) printJson(context, { removed: name });
    else printLine(context, `the service account ${name} is removed`);
  });
}

const statusTexts = {
  usable: 'usable',
  other_key: 'refused: made with another key',
  hidden: 'hidden by the configuration',
} as const;

function printIssued(context: CliContext, { account, secret }: IssuedServiceAccount, { json }: JsonOption): void {
  const { name, secretId, rotatedAt } = account;
  if (json) {
    printJson(context, { name, bindDn: `cn=${name}`, secretId, rotatedAt, secret: secret.reveal() });
    return;
  }
  printNote(context, 'keep the secret now: it is not shown again');
  printLine(
    context,
    formatTable([
      [`bind DN`, `cn=${name}`],
      ['secret', secret.reveal()],
    ]),
  );
}

async function withAccounts<T>(
  context: CliContext,
  command: Command,
  ask: (ports: ServiceAccountPorts) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const { url } = settings.database;
  const database = await openDatabase({ url, log });
  try {
    return await ask({
      accounts: createServiceAccountStore(database),
      key: createSecretFile({ file: settings.security.secretFile, databaseUrl: url, log }),
      clock: systemClock,
      configured: settings.ldap.serviceAccounts.map(({ name }) => name),
    });
  } finally {
    await database.close();
  }
}
