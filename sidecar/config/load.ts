import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkTogether, listWarnings } from './cross-checks.ts';
import { configVariable, readEnvironment } from './environment.ts';
import { createFaults, type Faults } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { Place, Raw } from './raw.ts';
import { type AnySetting, isSetting, type SettingTree } from './setting.ts';
import { toFlagName, toVariableName } from './setting-names.ts';
import { allSettings, type Settings, settingTree } from './settings.ts';
import { readSettingsFile } from './settings-file.ts';

export interface SettingsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags by the setting's name: `{ 'ldap.port': '0' }`; `true` for one without a value. */
  readonly flags: Readonly<Record<string, string | true>>;
  readonly cwd: string;
  /** What `--config` names. */
  readonly configFile?: string | undefined;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where each setting's value came from: `default`, a flag, a variable, or file, line and column. */
  readonly origins: ReadonlyMap<string, Place>;
  /** For the administrator, one sentence each; nothing that stops a start. */
  readonly warnings: readonly string[];
}

interface Source {
  readonly values: ReadonlyMap<string, Raw>;
  /** What relative paths start from. */
  readonly folder: string;
}

/**
 * Settings from flags, environment, one YAML file and defaults, in that order of precedence. Relative paths written in the file start
 * from its folder, all others from `cwd`. Throws `invalid_input` with every fault at once: each names the setting, where it was
 * written and what to do.
 */
export function loadSettings(input: SettingsInput): LoadedSettings {
  const faults = createFaults();
  const flags: Source = { values: readFlags(input.flags, faults), folder: input.cwd };
  const environment: Source = { values: readEnvironment(input.env, allSettings, input.cwd, faults), folder: input.cwd };
  const label = findConfigFile(input);
  const path = label === undefined ? undefined : resolve(input.cwd, label);
  const file =
    path === undefined || label === undefined ? undefined : readSettingsFile(path, label, settingTree, faults);
  const sources = [flags, environment];
  if (path !== undefined && file !== undefined) sources.push({ values: file.values, folder: dirname(path) });

  const origins = new Map<string, Place>();
  const read = (key: string, setting: AnySetting): unknown => {
    const source = sources.find(({ values }) => values.has(key));
    const given = source?.values.get(key);
    const raw: Raw | undefined =
      given ?? (setting.optional ? undefined : { kind: 'text', text: setting.default, at: 'default' });
    origins.set(key, given?.at ?? 'default');
    if (raw === undefined) return undefined;
    return setting.type.parse(
      raw,
      (at, message, part = '') => faults.add(key + part, at, message),
      source?.folder ?? input.cwd,
    );
  };
  const settings = readTree(settingTree, '', read) as Settings;
  checkTogether(settings, origins, faults);
  faults.throwIfAny();
  return { settings, origins, warnings: listWarnings(settings, origins, label, file?.mode ?? 0) };
}

function readTree(tree: SettingTree, prefix: string, read: (key: string, setting: AnySetting) => unknown): unknown {
  const entries = Object.entries(tree).map(([name, node]) => {
    const value = isSetting(node) ? read(prefix + name, node) : readTree(node, `${prefix}${name}.`, read);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function findConfigFile(input: SettingsInput): string | undefined {
  const named = input.configFile ?? (input.env[configVariable] || undefined);
  return named ?? (existsSync(resolve(input.cwd, 'sidecar.yaml')) ? 'sidecar.yaml' : undefined);
}

function readFlags(flags: SettingsInput['flags'], faults: Faults): Map<string, Raw> {
  const found = new Map<string, Raw>();
  for (const [key, value] of Object.entries(flags)) {
    const flag = toFlagName(key);
    const known = allSettings.find((candidate) => candidate.key === key);
    if (known === undefined) {
      const names = allSettings.map((candidate) => toFlagName(candidate.key));
      faults.add(flag, undefined, `unknown flag${didYouMean(flag, names) || '; leave it out'}`);
    } else if (known.setting.type.secret) {
      // Whoever can list the processes of the machine reads their arguments.
      faults.add(
        key,
        flag,
        `is a secret and no flag, which every user of the machine could read; use ${toVariableName(key)}_FILE`,
      );
    } else {
      found.set(key, { kind: 'text', text: String(value), at: flag });
    }
  }
  return found;
}
