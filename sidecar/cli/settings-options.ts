import type { Command } from 'commander';
import { listSettingFlags } from '../config/describe.ts';
import { type LoadedSettings, loadSettings } from '../config/load.ts';
import { icewarpAccountOf } from '../config/settings.ts';
import { type CliContext, printNote } from './context.ts';
import { findDemoFile } from './demo-file.ts';

const attributeOf = (flag: string): string =>
  (flag.split(' ')[0] ?? '').slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Gives a command `--config` and a flag for each setting that is no secret. */
export function addSettingOptions(command: Command): Command {
  command.option('--config <file>', 'settings file (default: SIDECAR_CONFIG, else sidecar.yaml where it exists)');
  command.optionsGroup('Settings:');
  for (const { flag, description } of listSettingFlags()) command.option(flag, description);
  return command;
}

/** The settings that a command was started with. Warnings go to stderr. Throws as `loadSettings` does. */
export function loadCommandSettings(context: CliContext, command: Command): LoadedSettings {
  const options = command.opts<Record<string, string | undefined>>();
  const flags: Record<string, string> = {};
  for (const { key, flag } of listSettingFlags()) {
    const value = options[attributeOf(flag)];
    if (value !== undefined) flags[key] = value;
  }
  const input = { env: context.env, flags, cwd: context.cwd };
  const loaded = loadSettings({ ...input, configFile: options.config });
  for (const warning of loaded.warnings) printNote(context, `warning: ${warning}`);
  return loaded;
}

/**
 * The same for commands about an installation: where no server is configured and the demo runs in this folder, they
 * speak of the demo.
 */
export function loadInstallationSettings(context: CliContext, command: Command): LoadedSettings {
  const loaded = loadCommandSettings(context, command);
  const demo = findDemoFile(context.cwd);
  if (icewarpAccountOf(loaded.settings) !== undefined || demo === undefined) return loaded;
  printNote(context, 'no icewarp.url is set: this is about the demo that runs in this folder');
  const env = { ...context.env, SIDECAR_CONFIG: demo };
  return loadCommandSettings({ ...context, env }, command);
}
