import type { Command } from 'commander';
import { listSigningKeys, resetSigningKeys, rotateSigningKeys, type SigningKeyLine } from '../application/oidc-keys.ts';
import type { SigningKeyPorts } from '../application/signing-keys-watch.ts';
import { toKeyPolicy } from '../core/signing-keys/key-plan.ts';
import { systemClock } from '../host/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createSigningKeyStore } from '../storage/signing-key-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { formatTable } from './table.ts';

interface KeyOptions {
  readonly json?: true;
  readonly now?: true;
}

/** `oidc-keys list`, `rotate` and `reset`. */
export function addOidcKeysCommand(program: Command, context: CliContext): void {
  const keys = program.command('oidc-keys').description('the keys that ID tokens and cookies are signed with');
  const add = (name: string, description: string) =>
    addSettingOptions(keys.command(name).description(description).option('--json', 'as one JSON document'));

  add('list', 'list the keys; never the keys themselves').action(async (options: KeyOptions, self: Command) => {
    print(context, await withKeys(context, self, listSigningKeys), options);
  });
  add('rotate', 'make new keys; they are published now and sign in an hour')
    .option('--now', 'after a theft: they sign at once, the old ones are gone and everybody logs in again')
    .action(async (options: KeyOptions, self: Command) => {
      const publishAhead = options.now !== true;
      print(context, await withKeys(context, self, (ports) => rotateSigningKeys(ports, { publishAhead })), options);
    });
  add('reset', 'remove all keys, also those made with a secret key that is lost; new ones are made at once').action(
    async (options: KeyOptions, self: Command) => {
      await withKeys(context, self, resetSigningKeys);
      if (options.json) printJson(context, { reset: true });
      else printNote(context, 'all keys are removed; a running service makes new ones within 2 seconds');
    },
  );
}

function print(context: CliContext, lines: readonly SigningKeyLine[], { json }: KeyOptions): void {
  if (json) {
    printJson(context, { keys: lines });
    return;
  }
  const rows = lines.map(({ use, status, activeAt, id }) => [use, status, activeAt.toISOString(), id]);
  printLine(context, formatTable([['FOR', 'STATUS', 'SIGNS FROM', 'KEY ID'], ...rows]));
}

async function withKeys<T>(
  context: CliContext,
  command: Command,
  ask: (ports: SigningKeyPorts) => Promise<T>,
): Promise<T> {
  const { settings } = loadInstallationSettings(context, command);
  const log = createCliLog(context);
  const { url } = settings.database;
  const database = await openDatabase({ url, log });
  try {
    const file = createSecretFile({ file: settings.security.secretFile, databaseUrl: url, log });
    return await ask({
      keys: createSigningKeyStore(database, await file.readOrMake(), file.place),
      clock: systemClock,
      log,
      policy: toKeyPolicy(settings.oidc.keys.rotateDays),
    });
  } finally {
    await database.close();
  }
}
