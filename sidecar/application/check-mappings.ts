import { type Breach, findBreaches } from '../core/mapping/constraints.ts';
import { compileMapping, evaluateMapping } from '../core/mapping/evaluate.ts';
import { isGlob } from '../core/mapping/glob.ts';
import type { Verdict } from '../core/mapping/judge.ts';
import { conditionsOf, type Mapping, type Rule } from '../core/mapping/rules.ts';
import type { Directory } from '../core/model.ts';
import { createNameChecker } from './check-names.ts';
import type { Finding, MappingCheck } from './mapping-check.ts';

export interface MappingCheckResult {
  readonly breaches: readonly (Breach & Finding)[];
  readonly warnings: readonly Finding[];
}

/**
 * What is wrong with a sound mapping in the light of a directory: constraints that it breaks now, and rules that say less
 * than they seem to. Rules that begin or end at other times are looked at as if they were in force.
 */
export function checkMappings(check: MappingCheck): MappingCheckResult {
  const { mapping, places, directory, now } = check;
  const breaches = findBreaches(mapping, directory, now).map((breach) => ({
    ...breach,
    at: breach.rule === undefined ? undefined : places.get(breach.rule),
  }));
  if (directory.generation === 0) return { breaches, warnings: findPastRules(check) };
  const reach = measureReach(mapping, directory, now);
  const checkNames = createNameChecker(check);
  const warnings = mapping.rules.flatMap((rule) => {
    const at = places.get(rule.name);
    const messages = [...checkNames.ofRule(rule), ...describeReach(rule, reach.get(rule.name), directory.users.size)];
    return messages.map((message): Finding => ({ at, message: `rule "${rule.name}": ${message}` }));
  });
  const general = checkNames.ofConstraints().map((message): Finding => ({ at: undefined, message }));
  return { breaches, warnings: [...warnings, ...general, ...findPastRules(check)] };
}

/** How many users come under a rule, and how many of them get anything by it. */
interface Reach {
  users: number;
  gaining: number;
}

function measureReach(mapping: Mapping, directory: Directory, now: Date): ReadonlyMap<string, Reach> {
  const always = mapping.rules.map(({ from: _from, until: _until, ...rule }) => rule);
  const compiled = compileMapping({ ...mapping, rules: always }, directory.groups.values(), now);
  const usersWith = new Map<Verdict, number>();
  for (const user of directory.users.values()) {
    const verdict = evaluateMapping(compiled, user);
    usersWith.set(verdict, (usersWith.get(verdict) ?? 0) + 1);
  }
  const reach = new Map<string, Reach>();
  for (const [{ rules, reasons }, users] of usersWith) {
    const giving = new Set(
      reasons.filter((reason) => reason.deniedBy.length === 0).flatMap((reason) => reason.grantedBy),
    );
    for (const rule of rules) {
      const known = reach.get(rule) ?? { users: 0, gaining: 0 };
      reach.set(rule, known);
      known.users += users;
      if (giving.has(rule)) known.gaining += users;
    }
  }
  return reach;
}

function describeReach(rule: Rule, reach: Reach | undefined, users: number): readonly string[] {
  if (users === 0) return [];
  if (reach === undefined) return ['it matches nobody'];
  const everybody =
    reach.users === users && users > 1 && hasGlob(rule)
      ? [`its pattern matches all ${users} users; is it meant so? What everybody gets belongs into defaults`]
      : [];
  const gives = rule.grant.length + rule.roles.length > 0;
  const shadowed =
    gives && reach.gaining === 0
      ? [`denials take away all it gives from each of the ${reach.users} users it matches`]
      : [];
  return [...everybody, ...shadowed];
}

function hasGlob(rule: Rule): boolean {
  return conditionsOf(rule).some(({ user = [], domain = [], group, anyGroup = [], allGroups = [], attribute }) =>
    [...user, ...domain, ...anyGroup, ...allGroups, group ?? '', attribute?.comment ?? ''].some(isGlob),
  );
}

function findPastRules({ mapping, places, now }: MappingCheck): readonly Finding[] {
  return mapping.rules.flatMap(({ name, until }) => {
    if (until === undefined || until > now) return [];
    const message = `rule "${name}": it ended at ${until.toISOString()}; remove it, or set a later until`;
    return [{ at: places.get(name), message }];
  });
}
