import { type Command, Option } from 'commander';
import {
  addOidcClient,
  type IssuedOidcClient,
  listOidcClients,
  type OidcClientPorts,
  removeOidcClient,
  rotateOidcClient,
} from '../application/oidc-clients.ts';
import { type OidcProduct, oidcProducts, toProductClient, toProductSettings } from '../application/oidc-products.ts';
import { issuerOf } from '../config/http-settings.ts';
import type { Settings } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import { idTokenAlgorithms, type OidcClientInput, twoFactorChoices } from '../core/oidc-clients/client.ts';
import { systemClock } from '../host/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { createOidcClientStore } from '../storage/oidc-client-store.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { formatTable } from './table.ts';

interface JsonOption {
  readonly json?: true;
}

interface AddOptions extends JsonOption {
  readonly name?: string;
  readonly redirectUri: readonly string[];
  readonly postLogoutRedirectUri: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly public?: true;
  readonly firstParty?: true;
  readonly clientCredentials?: true;
  readonly require?: string;
  readonly group: readonly string[];
  readonly algorithm?: string;
  readonly twoFactor?: string;
  readonly for?: OidcProduct;
  readonly url?: string;
}

/** `clients add`, `list`, `rotate` and `remove`. */
export function addClientsCommand(program: Command, context: CliContext): void {
  const clients = program.command('clients').description('the applications that log users in with OpenID Connect');
  addAddCommand(clients, context);
  addSettingOptions(
    clients
      .command('list')
      .description('list the clients, those of the configuration too; never their secrets')
      .option('--json', 'as one JSON document'),
  ).action(async (options: JsonOption, self: Command) => {
    const lines = await withClients(context, self, listOidcClients);
    if (options.json) {
      printJson(context, { clients: lines });
      return;
    }
    const rows = lines.map(({ client, origin, status }) => [
      client.id,
      origin,
      status === 'other_key' ? 'refused: its secret was made with another key' : status,
      client.isPublic ? 'public' : 'confidential',
      client.redirectUris[0] ?? '-',
    ]);
    printLine(context, formatTable([['ID', 'FROM', 'STATUS', 'KIND', 'REDIRECT URI'], ...rows]));
  });
  addSettingOptions(
    clients
      .command('rotate')
      .description('give a client another secret, the former one is refused from then on. Shows it once')
      .argument('<id>', 'as in the list')
      .option('--json', 'as one JSON document'),
  ).action(async (id: string, options: JsonOption, self: Command) => {
    printIssued(context, await withClients(context, self, (ports) => rotateOidcClient(ports, id)), options);
  });
  addSettingOptions(
    clients
      .command('remove')
      .description('remove a client; the running service refuses it within 2 seconds')
      .argument('<id>', 'as in the list')
      .option('--json', 'as one JSON document'),
  ).action(async (id: string, options: JsonOption, self: Command) => {
    await withClients(context, self, (ports) => removeOidcClient(ports, id));
    if (options.json) printJson(context, { removed: id });
    else printLine(context, `the client ${id} is removed`);
  });
}

function addAddCommand(clients: Command, context: CliContext): void {
  const gather = (value: string, before: readonly string[]) => [...before, value];
  addSettingOptions(
    clients
      .command('add')
      .description('make a client; its secret is shown once, and a running service takes it within 2 seconds')
      .argument('<id>', 'its client_id')
      .option('--name <name>', 'shown on the consent page')
      .option('--redirect-uri <uri>', 'where browsers are sent back to; may be given more than once', gather, [])
      .option('--post-logout-redirect-uri <uri>', 'the same after a logout', gather, [])
      .option('--backchannel-logout-uri <uri>', 'where it is told that a session ended')
      .option('--public', 'it can keep no secret')
      .option('--first-party', "one of the company's own: nobody is asked for consent")
      .option('--client-credentials', 'it may get tokens for itself')
      .option('--require <names>', 'privileges or roles a user must have, with commas between; LogOn when left out')
      .option('--group <pattern>', 'groups that its tokens name; may be given more than once', gather, [])
      .addOption(new Option('--algorithm <name>', 'what ID tokens are signed with').choices([...idTokenAlgorithms]))
      .addOption(
        new Option('--two-factor <what>', 'what an account with a second factor gets').choices([...twoFactorChoices]),
      )
      .addOption(
        new Option('--for <product>', "make it for a product and print that product's settings").choices([
          ...oidcProducts,
        ]),
      )
      .option('--url <url>', 'where that product is; for Keycloak with /realms/NAME')
      .option('--json', 'as one JSON document'),
  ).action(async (id: string, options: AddOptions, self: Command) => {
    const input = toInput(id, options);
    await withClients(context, self, async (ports, settings) => {
      const issued = await addOidcClient(ports, input);
      const { for: product, url = '' } = options;
      const facts = { issuer: issuerOf(settings.http), clientId: id, url };
      printIssued(context, issued, options, product && toProductSettings(product, facts));
    });
  });
}

function toInput(id: string, options: AddOptions): OidcClientInput {
  const { for: product, url } = options;
  if ((product === undefined) !== (url === undefined)) {
    throw new DomainError(
      'invalid_input',
      '--for and --url go together: clients add wiki --for nextcloud --url https://cloud.example.com',
    );
  }
  const usual: OidcClientInput = product === undefined || url === undefined ? {} : toProductClient(product, url);
  const given = {
    ...{ id, name: options.name, isPublic: options.public, isFirstParty: options.firstParty },
    ...{ clientCredentials: options.clientCredentials, backchannelLogoutUri: options.backchannelLogoutUri },
    ...{ idTokenAlgorithm: options.algorithm, twoFactor: options.twoFactor },
    require: options.require?.split(',').map((name) => name.trim()),
    redirectUris: options.redirectUri.length > 0 ? options.redirectUri : undefined,
    postLogoutRedirectUris: options.postLogoutRedirectUri.length > 0 ? options.postLogoutRedirectUri : undefined,
    groups: options.group,
  };
  return { ...usual, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

function printIssued(
  context: CliContext,
  { client, secret }: IssuedOidcClient,
  { json }: JsonOption,
  productSettings: readonly string[] = [],
): void {
  if (json) {
    printJson(context, { client, secret: secret?.reveal(), productSettings });
    return;
  }
  if (secret !== undefined) printNote(context, 'keep the secret now: it is not shown again');
  const rows = [['client_id', client.id], ...(secret === undefined ? [] : [['client_secret', secret.reveal()]])];
  printLine(context, formatTable(rows));
  if (productSettings.length > 0) printLine(context, `\n${productSettings.join('\n')}`);
}

async function withClients<T>(
  context: CliContext,
  command: Command,
  ask: (ports: OidcClientPorts, settings: Settings) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const { url } = settings.database;
  const database = await openDatabase({ url, log });
  try {
    const ports = {
      clients: createOidcClientStore(database),
      key: createSecretFile({ file: settings.security.secretFile, databaseUrl: url, log }),
      clock: systemClock,
      configured: settings.oidc.clients.map(({ client }) => client),
    };
    return await ask(ports, settings);
  } finally {
    await database.close();
  }
}
