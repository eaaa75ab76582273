import type { LoadedSettings } from './load.ts';
import { type AnySetting, isSetting, type SettingTree } from './setting.ts';
import type { Printable } from './setting-types.ts';
import { settingTree } from './settings.ts';

/** The settings in force as YAML, with the origin of each as comment; secrets are `[redacted]`. Ends with a line break. */
export function printSettings(loaded: LoadedSettings): string {
  return printTree(settingTree, loaded.settings, '', '', loaded.origins).join('\n').concat('\n');
}

/** The same for programs: `{ settings, origins, warnings }`, unset settings as null. */
export function settingsAsJson(loaded: LoadedSettings): {
  readonly settings: unknown;
  readonly origins: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
} {
  return {
    settings: toJson(settingTree, loaded.settings),
    origins: Object.fromEntries(loaded.origins),
    warnings: loaded.warnings,
  };
}

function printTree(
  tree: SettingTree,
  values: unknown,
  indent: string,
  prefix: string,
  origins: LoadedSettings['origins'],
): string[] {
  return Object.entries(tree).flatMap(([name, node]) => {
    const value = childOf(values, name);
    if (!isSetting(node))
      return [`${indent}${name}:`, ...printTree(node, value, `${indent}  `, `${prefix}${name}.`, origins)];
    const origin = origins.get(prefix + name) ?? 'default';
    if (value === undefined) return [`${indent}# ${name}: not set`];
    return [`${indent}${name}: ${toYaml(toPrintable(node, value))} # ${origin}`];
  });
}

function toJson(tree: SettingTree, values: unknown): unknown {
  const entries = Object.entries(tree).map(([name, node]) => {
    const value = childOf(values, name);
    if (!isSetting(node)) return [name, toJson(node, value)] as const;
    return [name, value === undefined ? null : toPrintable(node, value)] as const;
  });
  return Object.fromEntries(entries);
}

function toPrintable(setting: AnySetting, value: unknown): Printable {
  return setting.type.print(value);
}

/** Flow style. A double-quoted YAML text is a JSON text (YAML 1.2 §1.3); a plain one stays bare where no reader can mistake it. */
function toYaml(value: Printable): string {
  if (typeof value === 'string')
    return /^[A-Za-z./][\w./=@:+-]*$/.test(value) && !value.endsWith(':') ? value : JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(toYaml).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${toYaml(item)}`);
  return `{ ${entries.join(', ')} }`;
}

function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

function childOf(values: unknown, name: string): unknown {
  return typeof values === 'object' && values !== null ? (values as Record<string, unknown>)[name] : undefined;
}
