import type { Command } from 'commander';
import { productNames, settingsOfProduct } from '../application/product-settings/settings-of-product.ts';
import { DomainError } from '../core/errors.ts';
import { ldapProfileNames } from '../core/ldap-profiles.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { chooseValues } from './profile-values.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

interface Options {
  readonly for?: string;
  readonly listener?: string;
  readonly account?: string;
  readonly serverName?: string;
  readonly clientCa: string;
  readonly json?: true;
}

/** Where Debian, Ubuntu and Alpine keep all authorities that they trust. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** `profile list` and `profile show`. */
export function addProfileCommand(program: Command, context: CliContext): void {
  const profile = program.command('profile').description('how the directory looks to a product, and what to set there');
  profile
    .command('list')
    .description('the profiles, and the product of each')
    .action(() => {
      for (const name of ldapProfileNames)
        printLine(context, `${name.padEnd(17)}${settingsOfProduct(name)?.product ?? 'everybody else'}`);
    });
  const command = profile
    .command('show')
    .description('print the settings of a product, filled in with the values of this installation; never a secret')
    .argument('<name>', 'profile of a listener or service account')
    .option('--for <product>', `one of ${productNames.join(', ')}; the profile's own when left out`)
    .option('--listener <name>', 'listener that the product connects to; the best one of that profile when left out')
    .option('--account <name>', 'service account that it searches with; the one of that profile when left out')
    .option('--server-name <name>', 'name or address by which it reaches this service; the certificate’s when left out')
    .option('--client-ca <file>', 'file on its machine with the authorities that it trusts', systemAuthorities)
    .option('--json', 'as one JSON document');
  addSettingOptions(command).action((name: string, options: Options, self: Command) => {
    const known = ldapProfileNames.find((each) => each === name.toLowerCase());
    if (known === undefined) {
      const message = `there is no profile ${JSON.stringify(name.slice(0, 80))}; known are ${ldapProfileNames.join(', ')}`;
      throw new DomainError('invalid_input', message);
    }
    const product = settingsOfProduct(options.for ?? known);
    if (product === undefined) {
      const asked =
        options.for === undefined
          ? 'name a product with --for'
          : `there are no settings for ${JSON.stringify(options.for.slice(0, 80))}`;
      throw new DomainError('invalid_input', `${asked}; known are ${productNames.join(', ')}`);
    }
    const { settings } = loadInstallationSettings(context, self);
    const { values, notes } = chooseValues(settings, { ...options, profile: known });
    const blocks = product.blocks(values);
    if (options.json) {
      printJson(context, { version: 1, profile: known, product: product.product, values, blocks, notes });
      return;
    }
    for (const note of notes) printNote(context, `note: ${note}`);
    printLine(context, blocks.map(({ place, lines }) => [`== ${place}`, ...lines].join('\n')).join('\n\n'));
  });
}
