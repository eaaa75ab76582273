import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Bootstrapped, bootstrapKeycloak } from '../../plugin/bootstrap.ts';
import { openBootstrapRealm } from '../app-keycloak.ts';
import { DomainError, messageOf } from '../core/errors.ts';
import { makeSecret } from '../core/made-secret.ts';
import type { Secret } from '../core/secret.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { requireKeycloak } from './keycloak-target.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

interface Options {
  readonly createRealm?: true;
  readonly secretFile?: string;
  readonly json?: true;
}

/** `keycloak bootstrap`. */
export function addKeycloakBootstrap(keycloak: Command, context: CliContext): void {
  addSettingOptions(
    keycloak
      .command('bootstrap')
      .description(
        'once, with the login of an administrator (keycloak.admin.*): make our client in the realm, with the rights that it needs and no more',
      )
      .option('--create-realm', 'make the realm where it is not there')
      .option('--secret-file <file>', "write the client's new secret into this file instead of showing it")
      .option('--json', 'as one JSON document'),
  ).action(async (options: Options, self: Command) => {
    const { settings } = loadInstallationSettings(context, self);
    const keycloak = requireKeycloak(settings);
    const { clientId, clientSecret } = settings.keycloak;
    const secretFile = options.secretFile === undefined ? undefined : resolve(context.cwd, options.secretFile);
    if (secretFile !== undefined && clientSecret !== undefined)
      throw new DomainError('invalid_input', 'keycloak.clientSecret is set: leave out --secret-file, or that setting');
    const secret = clientSecret ?? makeSecret().text;
    const admin = openBootstrapRealm(settings, keycloak);
    try {
      // Before anything is changed: a secret that cannot be kept would lock us out.
      if (secretFile !== undefined) await writeSecret(secretFile, secret);
      const createsRealm = options.createRealm === true;
      const result = await bootstrapKeycloak(admin, { settings: keycloak, clientId, secret, createsRealm });
      printResult(context, result, {
        ...{ secret, clientId, realm: keycloak.realm, secretFile, isJson: options.json === true },
        isShown: clientSecret === undefined && secretFile === undefined,
      });
    } finally {
      await admin.close();
    }
  });
}

async function writeSecret(file: string, secret: Secret): Promise<void> {
  try {
    await writeFile(file, `${secret.reveal()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new DomainError(
      'invalid_input',
      `${file} cannot be written: ${messageOf(error)}; name a file that is not there yet`,
    );
  }
}

interface Shown {
  readonly secret: Secret;
  readonly clientId: string;
  readonly realm: string;
  readonly secretFile: string | undefined;
  readonly isShown: boolean;
  readonly isJson: boolean;
}

function printResult(context: CliContext, result: Bootstrapped, shown: Shown): void {
  const { madeRealm, madeClient, granted, had, surplus } = result;
  const { secret, clientId, realm, secretFile, isShown } = shown;
  const told = isShown ? { secret: secret.reveal() } : {};
  if (shown.isJson) {
    printJson(context, {
      version: 1,
      realm,
      clientId,
      madeRealm,
      madeClient,
      granted,
      had,
      surplus,
      secretFile,
      ...told,
    });
    return;
  }
  if (madeRealm) printLine(context, `made the realm ${realm}`);
  printLine(
    context,
    `${madeClient ? 'made' : 'found'} the client ${clientId} in the realm ${realm}, with these rights:`,
  );
  for (const { name, purpose } of granted) printLine(context, `  + ${name}: ${purpose}`);
  for (const { name, purpose } of had) printLine(context, `    ${name}: ${purpose}`);
  if (surplus.length > 0) printNote(context, `note: it has more rights than it needs: ${surplus.join(', ')}`);
  if (secretFile !== undefined)
    printLine(context, `its secret is in ${secretFile}: set SIDECAR_KEYCLOAK_CLIENT_SECRET_FILE to that`);
  if (!isShown) return;
  printNote(context, 'keep the secret now (SIDECAR_KEYCLOAK_CLIENT_SECRET_FILE): it is not shown again');
  printLine(context, `secret  ${secret.reveal()}`);
}
