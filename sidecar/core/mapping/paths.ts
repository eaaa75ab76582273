import { parseDomainMember } from '../membership.ts';
import type { Directory, Group, User } from '../model.ts';
import { domainOf, localPartOf, parseAddress } from '../names.ts';

/** From a group down to a user, each a member of the one before: groups, at times `[domain]`, the user. */
export type MemberPath = readonly string[];

/** Gives a shortest path for each of the user's groups, by group id. */
export type FindPaths = (user: User) => ReadonlyMap<string, MemberPath>;

/** The members of all groups are looked through once, at the first question. */
export function createPathFinder(directory: Directory): FindPaths {
  let parentsOf: ReadonlyMap<string, readonly Group[]> | undefined;
  // A user is asked about once per rule.
  let last: { readonly user: User; readonly paths: ReadonlyMap<string, MemberPath> } | undefined;
  return (user) => {
    parentsOf ??= indexMembers(directory.groups.values());
    if (last?.user !== user) last = { user, paths: findPaths(user, parentsOf) };
    return last.paths;
  };
}

/** Of equally short paths always the same one: ids, which give the order otherwise, are drawn at random. */
export function isBetterPath(path: MemberPath, known: MemberPath): boolean {
  return path.length < known.length || (path.length === known.length && path.join() < known.join());
}

function findPaths(user: User, parentsOf: ReadonlyMap<string, readonly Group[]>): ReadonlyMap<string, MemberPath> {
  const mine = new Set(user.memberships.map(({ groupId }) => groupId));
  const paths = new Map<string, MemberPath>();
  let reached: Group[] = [];
  const enter = (member: string, below: MemberPath) => {
    for (const group of parentsOf.get(member) ?? []) {
      if (!mine.has(group.id) || paths.has(group.id)) continue;
      paths.set(group.id, [group.name, ...below]);
      reached.push(group);
    }
  };
  for (const address of user.addresses) enter(address, [user.login]);
  for (const domain of domainsOf(user)) enter(`[${domain}]`, [`[${domain}]`, user.login]);
  while (reached.length > 0) {
    const level = reached;
    reached = [];
    for (const group of level) for (const address of group.addresses) enter(address, paths.get(group.id) ?? []);
  }
  return paths;
}

function indexMembers(groups: Iterable<Group>): ReadonlyMap<string, readonly Group[]> {
  const parentsOf = new Map<string, Group[]>();
  for (const group of groups) {
    for (const member of group.members) {
      const domain = parseDomainMember(member);
      const name = domain === undefined ? parseAddress(member) : `[${domain}]`;
      if (name === undefined) continue;
      const parents = parentsOf.get(name);
      if (parents === undefined) parentsOf.set(name, [group]);
      else parents.push(group);
    }
  }
  return parentsOf;
}

/** The user's own domain and its aliases: the server gives the user the same local part below each of them. */
function domainsOf(user: User): readonly string[] {
  const same = user.addresses.filter((address) => localPartOf(address) === localPartOf(user.login));
  return [...new Set([domainOf(user.login), ...same.map(domainOf)])];
}
