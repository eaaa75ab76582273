import type { AccountFacts, Group, Membership } from '../model.ts';
import { domainOf } from '../names.ts';
import { compileGlob, isGlob, toComparedText } from './glob.ts';
import type { Condition } from './rules.ts';

/** What conditions ask about a user; a `User` has it all. */
export interface ConditionFacts {
  /** Canonical primary address. */
  readonly login: string;
  readonly addresses: readonly string[];
  /** IceWarp's comment of the account. */
  readonly description: string;
  readonly facts: Pick<AccountFacts, 'admin'>;
  readonly memberships: readonly Membership[];
}

/** What a group is called: all that patterns see of it. */
export type NamedGroup = Pick<Group, 'id' | 'addresses'>;

/** Gives the ids of the groups that a pattern names. */
export type FindGroups = (pattern: string) => ReadonlySet<string>;

/**
 * Who can come under a condition at all, so that most users are never asked. `exact`: whoever is named here does come
 * under it.
 */
export type Anchor = { readonly exact: boolean } & (
  | { readonly kind: 'groups'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'addresses' | 'domains'; readonly names: readonly string[] }
  | { readonly kind: 'everybody' }
);

export interface CompiledCondition {
  readonly anchor: Anchor;
  holds(facts: ConditionFacts): boolean;
}

/** Names of groups are looked up, globs are tried against every group: each pattern once. */
export function createGroupFinder(groups: Iterable<NamedGroup>): FindGroups {
  const all = [...groups];
  const byAddress = new Map<string, Set<string>>();
  for (const { id, addresses } of all) {
    for (const address of addresses) {
      const ids = byAddress.get(address) ?? new Set();
      byAddress.set(address, ids.add(id));
    }
  }
  const found = new Map<string, ReadonlySet<string>>();
  const nothing: ReadonlySet<string> = new Set();
  const search = (pattern: string): ReadonlySet<string> => {
    if (!isGlob(pattern)) return byAddress.get(pattern) ?? nothing;
    const matches = compileGlob(pattern);
    return new Set(all.filter(({ addresses }) => addresses.some(matches)).map(({ id }) => id));
  };
  return (pattern) => {
    const known = found.get(pattern);
    if (known !== undefined) return known;
    const ids = search(pattern);
    found.set(pattern, ids);
    return ids;
  };
}

/** Makes a condition ready for the groups of one directory. */
export function compileCondition(condition: Condition, findGroups: FindGroups): CompiledCondition {
  const tests: ((facts: ConditionFacts) => boolean)[] = [];
  const isNested = condition.nested !== false;
  const groupSets = groupPatternsOf(condition).map((patterns) => unite(patterns.map(findGroups)));
  for (const ids of groupSets) {
    tests.push(({ memberships }) =>
      memberships.some(({ groupId, direct }) => (isNested || direct) && ids.has(groupId)),
    );
  }
  if (condition.user !== undefined) {
    const matches = matchAny(condition.user);
    tests.push(({ addresses }) => addresses.some(matches));
  }
  if (condition.domain !== undefined) {
    const matches = matchAny(condition.domain);
    tests.push(({ login }) => matches(domainOf(login)));
  }
  const { admin, comment } = condition.attribute ?? {};
  if (admin !== undefined) tests.push(({ facts }) => admin.includes(facts.admin));
  if (comment !== undefined) {
    const matches = compileGlob(comment);
    tests.push(({ description }) => matches(toComparedText(description)));
  }
  const exceptions = (condition.not ?? []).map((each) => compileCondition(each, findGroups));
  if (exceptions.length > 0) tests.push((facts) => !exceptions.some((each) => each.holds(facts)));
  return {
    anchor: anchorOf(condition, groupSets, tests.length),
    holds: (facts) => tests.every((test) => test(facts)),
  };
}

/** The groups that a condition asks for: a list of patterns for each membership that there must be. */
export function groupPatternsOf({ group, anyGroup, allGroups }: Condition): readonly (readonly string[])[] {
  return [
    ...(group === undefined ? [] : [[group]]),
    ...(anyGroup === undefined ? [] : [anyGroup]),
    ...(allGroups ?? []).map((pattern) => [pattern]),
  ];
}

function anchorOf(condition: Condition, groupSets: readonly ReadonlySet<string>[], tests: number): Anchor {
  const isOnly = tests === 1;
  const { user, domain } = condition;
  if (user !== undefined && !user.some(isGlob)) return { kind: 'addresses', names: user, exact: isOnly };
  const [fewest] = groupSets.toSorted((a, b) => a.size - b.size);
  if (fewest !== undefined) return { kind: 'groups', ids: fewest, exact: isOnly && condition.nested !== false };
  if (domain !== undefined && !domain.some(isGlob)) return { kind: 'domains', names: domain, exact: isOnly };
  return { kind: 'everybody', exact: tests === 0 };
}

/** Exact values are looked up: there may be a thousand of them. */
function matchAny(patterns: readonly string[]): (value: string) => boolean {
  const [only] = patterns;
  if (patterns.length === 1 && only !== undefined) return compileGlob(only);
  const exact = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  const globs = patterns.filter(isGlob).map(compileGlob);
  return (value) => exact.has(value) || globs.some((matches) => matches(value));
}

function unite(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [only] = sets;
  return sets.length === 1 && only !== undefined ? only : new Set(sets.flatMap((set) => [...set]));
}
