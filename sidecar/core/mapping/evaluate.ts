import type { Group, Membership } from '../model.ts';
import { compileGlob } from './glob.ts';
import { isCoveredBy } from './privileges.ts';
import type { Mapping, Rule } from './rules.ts';

/** What a mapping asks about a user. */
export interface UserFacts {
  readonly memberships: readonly Membership[];
}

/** Where one privilege or role of a user comes from. Rules by name, sorted. */
export interface Reason {
  readonly kind: 'privilege' | 'role';
  readonly name: string;
  /** Every synchronised user has it by default. */
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
}

/** A mapping made ready for the groups of one directory: see {@link compileMapping}. */
export interface CompiledMapping {
  readonly mapping: Mapping;
  /** By group id: indexes of the rules that apply to its members. */
  readonly rulesOfGroup: ReadonlyMap<string, readonly number[]>;
  /** Verdicts by the rules that matched, for there are far fewer of these than users. */
  readonly verdicts: Map<string, Verdict>;
}

/** Matches all rules against all groups once, so that evaluating a user costs no more than a look at the memberships. */
export function compileMapping(mapping: Mapping, groups: Iterable<Pick<Group, 'id' | 'addresses'>>): CompiledMapping {
  const matchers = mapping.rules.map((rule) => compileGlob(rule.when.group));
  const rulesOfGroup = new Map<string, readonly number[]>();
  for (const { id, addresses } of groups) {
    const matching = [...matchers.keys()].filter((rule) => addresses.some((address) => matchers[rule]?.(address)));
    if (matching.length > 0) rulesOfGroup.set(id, matching);
  }
  return { mapping, rulesOfGroup, verdicts: new Map() };
}

/** Applies every rule that matches. A denial beats any grant; the order of rules does not matter. */
export function evaluateMapping(compiled: CompiledMapping, facts: UserFacts): Verdict {
  const matched = new Set<number>();
  for (const { groupId } of facts.memberships) {
    for (const rule of compiled.rulesOfGroup.get(groupId) ?? []) matched.add(rule);
  }
  const key = [...matched].sort((a, b) => a - b).join();
  const known = compiled.verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = judge(
    compiled.mapping.defaults,
    [...matched].flatMap((rule) => compiled.mapping.rules[rule] ?? []),
  );
  compiled.verdicts.set(key, verdict);
  return verdict;
}

function judge(defaults: readonly string[], rules: readonly Rule[]): Verdict {
  const byName = rules.toSorted((a, b) => compareText(a.name, b.name));
  const privileges = new Set([...defaults, ...byName.flatMap((rule) => rule.grant)]);
  const roles = new Set(byName.flatMap((rule) => rule.roles));
  const reasons: Reason[] = [
    ...[...privileges].sort(compareText).map((name): Reason => {
      const grantedBy = byName.filter((rule) => rule.grant.includes(name)).map((rule) => rule.name);
      const deniers = byName.filter((rule) => rule.deny.some((denied) => isCoveredBy(name, denied)));
      const deniedBy = deniers.map((rule) => rule.name);
      return { kind: 'privilege', name, byDefault: defaults.includes(name), grantedBy, deniedBy };
    }),
    ...[...roles].sort(compareText).map((name): Reason => {
      const grantedBy = byName.filter((rule) => rule.roles.includes(name)).map((rule) => rule.name);
      return { kind: 'role', name, byDefault: false, grantedBy, deniedBy: [] };
    }),
  ];
  const held = reasons.filter((reason) => reason.deniedBy.length === 0);
  return {
    privileges: held.filter((reason) => reason.kind === 'privilege').map((reason) => reason.name),
    roles: held.filter((reason) => reason.kind === 'role').map((reason) => reason.name),
    reasons,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
