import { toArchiveRight } from './privileges.ts';
import type { Rule } from './rules.ts';

/** Where one privilege or role of a user comes from. Rules by name, sorted. */
export interface Reason {
  readonly kind: 'privilege' | 'role';
  readonly name: string;
  /** The user has it by default. */
  readonly byDefault: boolean;
  readonly grantedBy: readonly string[];
  /** Not empty: the user does not have it after all. */
  readonly deniedBy: readonly string[];
}

/** What a user may do. All lists are sorted; users to whom the same rules apply share one object. */
export interface Verdict {
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
  /** For everything granted, whether it was denied or not; by kind, then name. */
  readonly reasons: readonly Reason[];
  /** Names of all rules that apply to the user. */
  readonly rules: readonly string[];
  /** The defaults that went into it: to be kept with the user as `facts.defaultsGiven`. */
  readonly defaults: readonly string[];
}

/** Puts the effects of rules together: a denial beats any grant. Takes time in proportion to what the rules name. */
export function judge(defaults: readonly string[], matched: readonly Rule[]): Verdict {
  const rules = matched.toSorted((a, b) => compareText(a.name, b.name));
  const byDefault = new Set(defaults);
  const granters = gather(rules, 'grant');
  const deniers = gather(rules, 'deny');
  const givers = gather(rules, 'roles');
  const privileges = [...new Set([...defaults, ...granters.keys()])].sort(compareText);
  const reasons: Reason[] = [
    ...privileges.map((name): Reason => {
      const grantedBy = granters.get(name) ?? [];
      return {
        kind: 'privilege',
        name,
        byDefault: byDefault.has(name),
        grantedBy,
        deniedBy: findDeniers(deniers, name),
      };
    }),
    ...[...givers]
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, grantedBy]): Reason => {
        return { kind: 'role', name, byDefault: false, grantedBy, deniedBy: [] };
      }),
  ];
  const held = reasons.filter((reason) => reason.deniedBy.length === 0);
  return {
    privileges: held.filter((reason) => reason.kind === 'privilege').map((reason) => reason.name),
    roles: held.filter((reason) => reason.kind === 'role').map((reason) => reason.name),
    reasons,
    rules: rules.map((rule) => rule.name),
    defaults,
  };
}

/** Privilege or role → names of the rules with that effect, in the order of the rules. */
function gather(rules: readonly Rule[], effect: 'grant' | 'deny' | 'roles'): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const rule of rules) {
    for (const name of new Set(rule[effect])) {
      const names = found.get(name);
      if (names === undefined) found.set(name, [rule.name]);
      else names.push(rule.name);
    }
  }
  return found;
}

/** Denying `ReadArchive:*` takes away any `ReadArchive:…`. Lists are shared where they can be: both may be long. */
function findDeniers(deniers: ReadonlyMap<string, readonly string[]>, privilege: string): readonly string[] {
  const same = deniers.get(privilege) ?? [];
  const right = toArchiveRight(privilege)?.right;
  const wide = (right === undefined ? undefined : deniers.get(`${right}:*`)) ?? [];
  if (wide.length === 0 || wide === same) return same;
  return same.length === 0 ? wide : [...new Set([...same, ...wide])].sort(compareText);
}

/** Order by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
