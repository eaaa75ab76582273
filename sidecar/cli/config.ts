import type { Command } from 'commander';
import { printSettings, settingsAsJson } from '../config/print.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { addSettingOptions, loadCommandSettings } from './settings-options.ts';

/** `config check` and `config print`. */
export function addConfigCommand(program: Command, context: CliContext): void {
  const config = program.command('config').description('check or show the settings');

  addSettingOptions(config.command('check').description('report every fault of the settings at once')).action(
    (_options, command: Command) => {
      const loaded = loadCommandSettings(context, command);
      const given = [...loaded.origins.values()].filter((origin) => origin !== 'default').length;
      printLine(context, `the settings are sound (${given} given, the others at their defaults)`);
    },
  );

  addSettingOptions(
    config
      .command('print')
      .description('show the settings in force and where each came from; secrets are masked')
      .option('--json', 'as one JSON document'),
  ).action((options: { json?: true }, command: Command) => {
    const loaded = loadCommandSettings(context, command);
    if (options.json) printJson(context, settingsAsJson(loaded));
    else context.stdout.write(printSettings(loaded));
  });
}
