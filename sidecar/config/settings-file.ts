import { readTextFile } from './bounded-file.ts';
import type { Faults } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { Raw } from './raw.ts';
import { flatten, isSetting, type SettingTree } from './setting.ts';
import { parseYaml } from './yaml-text.ts';

const maxFileBytes = 1024 * 1024;

export interface SettingsFile {
  /** By the setting's name. */
  readonly values: ReadonlyMap<string, Raw>;
  /** Permission bits, as the system has them. */
  readonly mode: number;
}

/**
 * Reads a settings file. `label` is how messages call it. Faults in it (unreadable, no YAML, unknown or double keys) are reported, each
 * with line and column; what could be read is given all the same.
 */
export function readSettingsFile(file: string, label: string, tree: SettingTree, faults: Faults): SettingsFile {
  const read = readTextFile(file, maxFileBytes);
  if ('fault' in read) {
    faults.add('settings file', undefined, read.fault);
    return { values: new Map(), mode: 0 };
  }
  const values = new Map<string, Raw>();
  const root = parseYaml(read.text, label, faults);
  if (root?.kind === 'map') collect(root, tree, '', values, faults);
  else if (root !== undefined && root.kind !== 'nothing' && root.kind !== 'reported')
    faults.add('settings file', root.at, 'holds no settings; write sections such as "icewarp:" with settings below');
  return { values, mode: read.mode };
}

function collect(
  map: Raw & { kind: 'map' },
  tree: SettingTree,
  prefix: string,
  values: Map<string, Raw>,
  faults: Faults,
): void {
  for (const { key, keyAt, value } of map.entries) {
    const name = prefix + key;
    const node = Object.hasOwn(tree, key) ? tree[key] : undefined;
    if (node === undefined) {
      faults.add(shorten(name), keyAt, describeUnknown(key, prefix, tree));
    } else if (isSetting(node)) {
      values.set(name, value);
    } else if (value.kind === 'map') {
      collect(value, node, `${name}.`, values, faults);
    } else if (value.kind !== 'nothing' && value.kind !== 'reported') {
      const below = flatten(node)[0]?.key ?? '';
      faults.add(name, value.at, `is a section; write its settings below it, each indented, such as "${below}:"`);
    }
  }
}

function describeUnknown(key: string, prefix: string, tree: SettingTree): string {
  const names = flatten(tree).map((setting) => setting.key);
  if (names.includes(key)) {
    const [section, ...rest] = key.split('.');
    return `unknown setting; write "${rest.join('.')}:" indented below "${section}:"`;
  }
  const siblings = Object.keys(tree);
  const near = didYouMean(key, siblings) || didYouMean(key, names);
  if (near !== '') return `unknown setting${near.replace('mean ', `mean ${prefix}`)}`;
  return `unknown setting; remove it, or choose from ${siblings.map((sibling) => prefix + sibling).join(', ')}`;
}

function shorten(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
