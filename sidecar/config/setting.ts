import type { SettingType } from './setting-types.ts';

/** A setting that always has a value. */
export interface Setting<T> {
  readonly kind: 'setting';
  readonly optional: false;
  readonly type: SettingType<T>;
  /** Written as in the environment. */
  readonly default: string;
  /** One sentence or two for the documentation and `--help`. */
  readonly meaning: string;
}

/** A setting that may be left out. */
export interface OptionalSetting<T> {
  readonly kind: 'setting';
  readonly optional: true;
  readonly type: SettingType<T>;
  readonly meaning: string;
}

export type AnySetting = Setting<unknown> | OptionalSetting<unknown>;

/** Settings by name, or sections by name. */
export interface SettingTree {
  readonly [name: string]: AnySetting | SettingTree;
}

/** The values of a tree of settings, in the same shape. */
export type ValuesOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Setting<infer T>
    ? T
    : Tree[Name] extends OptionalSetting<infer T>
      ? T | undefined
      : ValuesOf<Tree[Name]>;
};

export function setting<T>(type: SettingType<T>, fallback: string, meaning: string): Setting<T> {
  return { kind: 'setting', optional: false, type, default: fallback, meaning };
}

export function optionalSetting<T>(type: SettingType<T>, meaning: string): OptionalSetting<T> {
  return { kind: 'setting', optional: true, type, meaning };
}

export function isSetting(node: AnySetting | SettingTree): node is AnySetting {
  return node.kind === 'setting';
}

/** A setting with its full name, `icewarp.caFile`. */
export interface NamedSetting {
  readonly key: string;
  readonly setting: AnySetting;
}

/** All settings of a tree, in the order they were declared. */
export function flatten(tree: SettingTree, prefix = ''): readonly NamedSetting[] {
  return Object.entries(tree).flatMap(([name, node]) =>
    isSetting(node) ? [{ key: prefix + name, setting: node }] : flatten(node, `${prefix}${name}.`),
  );
}
