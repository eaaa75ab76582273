import type { MemberDomain, ResolvedMemberships } from '../membership.ts';
import type { Group, Membership } from '../model.ts';
import { domainOf, parseAddress } from '../names.ts';
import type { Candidate } from './candidates.ts';
import type { SyncFilter } from './plan.ts';

/** Who and what is synchronised. */
export interface Scope {
  includesUser(candidate: Candidate, memberships: readonly Membership[]): boolean;
  /** `hasMember`: whether a user that is served is an effective member; asked only when it matters. */
  includesGroup(group: Group, hasMember: () => boolean): boolean;
}

/** Applies the filter: a domain counts under each of its names, a group under each of its addresses. */
export function createScope(filter: SyncFilter, domains: readonly MemberDomain[], groups: readonly Group[]): Scope {
  const everyone = filter.domains.length === 0 && filter.groups.length === 0;
  const listedDomains = new Set(filter.domains);
  for (const { name, aliases } of domains) {
    if (![name, ...aliases].some((each) => listedDomains.has(each))) continue;
    for (const each of [name, ...aliases]) listedDomains.add(each);
  }
  const asked = new Set(filter.groups);
  const listedGroups = new Set(groups.filter((group) => group.addresses.some((address) => asked.has(address))));
  const listedIds = new Set([...listedGroups].map((group) => group.id));
  const nested = new Set(groups.flatMap((group) => group.members.filter(isBuiltIn).map(parseAddress)));
  return {
    includesUser: (candidate, memberships) =>
      everyone ||
      listedDomains.has(domainOf(candidate.login)) ||
      memberships.some((membership) => listedIds.has(membership.groupId)),
    includesGroup(group, hasMember) {
      if (listedGroups.has(group)) return true;
      // Every domain has this built-in group; it says who sees shared folders, which is nobody's business here.
      if (isBuiltIn(group.name) && !group.addresses.some((address) => nested.has(address))) return false;
      return everyone || listedDomains.has(domainOf(group.name)) || hasMember();
    },
  };
}

function isBuiltIn(member: string): boolean {
  return /^\s*public-folders@/i.test(member);
}

/** The memberships of everybody in groups that are served. */
export function restrictMemberships(
  resolved: ResolvedMemberships,
  groups: readonly Group[],
  isServed: (groupId: string) => boolean,
): (login: string) => readonly Membership[] {
  const membershipsOf = (login: string) => resolved.byUser.get(login) ?? [];
  if (groups.every(({ id }) => isServed(id))) return membershipsOf;
  // Equal lists are one object, mostly those of users whom no group lists.
  const restricted = new WeakMap<readonly Membership[], readonly Membership[]>();
  return (login) => {
    const all = membershipsOf(login);
    const known = restricted.get(all);
    if (known !== undefined) return known;
    const served = all.every(({ groupId }) => isServed(groupId)) ? all : all.filter(({ groupId }) => isServed(groupId));
    restricted.set(all, served);
    return served;
  };
}

/** Whether a group has a member among those logins. Gathers the answers at the first question. */
export function createInhabited(
  resolved: ResolvedMemberships,
  logins: () => Iterable<string>,
): (groupId: string) => boolean {
  let inhabited: ReadonlySet<string> | undefined;
  const gather = () => {
    const found = new Set<string>();
    for (const login of logins()) for (const { groupId } of resolved.byUser.get(login) ?? []) found.add(groupId);
    return found;
  };
  return (groupId) => {
    inhabited ??= gather();
    return inhabited.has(groupId);
  };
}
