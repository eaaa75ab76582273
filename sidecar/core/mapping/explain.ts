import { parseDomainMember } from '../membership.ts';
import type { Directory, Group, User, UserState } from '../model.ts';
import { domainOf, localPartOf, parseAddress } from '../names.ts';
import { type CompiledMapping, compileMapping, evaluateMapping } from './evaluate.ts';
import type { Mapping } from './rules.ts';

/** A rule that applies to the user, and how the user comes under it. */
export interface RuleTrace {
  readonly rule: string;
  /** From the group that the rule names down to the user, each a member of the one before: groups, at times `[domain]`, the user. */
  readonly path: readonly string[];
}

/** One privilege or role: held when nothing denies it. */
export interface RightTrace {
  readonly kind: 'privilege' | 'role';
  readonly name: string;
  readonly held: boolean;
  readonly byDefault: boolean;
  readonly grantedBy: readonly RuleTrace[];
  readonly deniedBy: readonly RuleTrace[];
}

/** Every right of a user and where it comes from: plain data, ready to be printed. */
export interface Explanation {
  readonly login: string;
  readonly displayName: string;
  readonly state: UserState;
  readonly addresses: readonly string[];
  readonly groups: readonly { readonly name: string; readonly direct: boolean; readonly path: readonly string[] }[];
  readonly rights: readonly RightTrace[];
}

/**
 * Explains a user of the directory under a mapping. The memberships are those of the directory; the mapping may be another
 * than the one in force when it was committed.
 */
export function explainUser(directory: Directory, mapping: Mapping, user: User): Explanation {
  const compiled = compileMapping(mapping, directory.groups.values());
  const paths = findPaths(directory, user);
  const traces = traceRules(compiled, user, paths);
  const trace = (rule: string): RuleTrace => ({ rule, path: traces.get(rule) ?? [] });
  return {
    login: user.login,
    displayName: user.displayName,
    state: user.state,
    addresses: user.addresses,
    groups: user.memberships.flatMap(({ groupId, direct }) => {
      const name = directory.groups.get(groupId)?.name;
      return name === undefined ? [] : { name, direct, path: paths.get(groupId) ?? [] };
    }),
    rights: evaluateMapping(compiled, user).reasons.map((reason) => ({
      kind: reason.kind,
      name: reason.name,
      held: reason.deniedBy.length === 0,
      byDefault: reason.byDefault,
      grantedBy: reason.grantedBy.map(trace),
      deniedBy: reason.deniedBy.map(trace),
    })),
  };
}

/** Rule name → the shortest way in which the user comes under it. */
function traceRules(compiled: CompiledMapping, user: User, paths: ReadonlyMap<string, readonly string[]>) {
  const traces = new Map<string, readonly string[]>();
  for (const { groupId } of user.memberships) {
    const path = paths.get(groupId);
    if (path === undefined) continue;
    for (const index of compiled.rulesOfGroup.get(groupId) ?? []) {
      const name = compiled.mapping.rules[index]?.name;
      if (name === undefined) continue;
      const known = traces.get(name);
      if (known === undefined || isBetter(path, known)) traces.set(name, path);
    }
  }
  return traces;
}

// Of equally short ways always the same one: ids, which give the order otherwise, are drawn at random.
function isBetter(path: readonly string[], known: readonly string[]): boolean {
  return path.length < known.length || (path.length === known.length && path.join() < known.join());
}

/** Group id → a shortest path from that group down to the user, for each of the user's groups. */
function findPaths(directory: Directory, user: User): ReadonlyMap<string, readonly string[]> {
  const mine = user.memberships.flatMap(({ groupId }) => directory.groups.get(groupId) ?? []);
  const parentsOf = indexMembers(mine);
  const paths = new Map<string, readonly string[]>();
  let reached: Group[] = [];
  const enter = (group: Group, below: readonly string[]) => {
    if (paths.has(group.id)) return;
    paths.set(group.id, [group.name, ...below]);
    reached.push(group);
  };
  for (const address of user.addresses) for (const group of parentsOf.get(address) ?? []) enter(group, [user.login]);
  for (const domain of domainsOf(user)) {
    for (const group of parentsOf.get(`[${domain}]`) ?? []) enter(group, [`[${domain}]`, user.login]);
  }
  while (reached.length > 0) {
    const level = reached;
    reached = [];
    for (const group of level) {
      for (const address of group.addresses) {
        for (const parent of parentsOf.get(address) ?? []) enter(parent, paths.get(group.id) ?? []);
      }
    }
  }
  return paths;
}

function indexMembers(groups: readonly Group[]): ReadonlyMap<string, readonly Group[]> {
  const parentsOf = new Map<string, Group[]>();
  for (const group of groups) {
    for (const member of group.members) {
      const domain = parseDomainMember(member);
      const name = domain === undefined ? parseAddress(member) : `[${domain}]`;
      if (name === undefined) continue;
      const parents = parentsOf.get(name) ?? [];
      parentsOf.set(name, parents);
      parents.push(group);
    }
  }
  return parentsOf;
}

/** The user's own domain and its aliases: the server gives the user the same local part below each of them. */
function domainsOf(user: User): readonly string[] {
  const same = user.addresses.filter((address) => localPartOf(address) === localPartOf(user.login));
  return [...new Set([domainOf(user.login), ...same.map(domainOf)])];
}
