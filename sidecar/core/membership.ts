import type { Membership } from './model.ts';
import { domainOf, parseAddress, parseDomain } from './names.ts';

/** Whoever can be a member: `key` comes back in the result, `addresses` are canonical, the primary one first. */
export interface MemberCandidate {
  readonly key: string;
  readonly addresses: readonly string[];
}

/** A group with its direct members as the server lists them (unchecked text). `addresses` are canonical. */
export interface MemberGroup {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly members: readonly string[];
}

/** A domain and its other names, canonical. */
export interface MemberDomain {
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface MembershipInput {
  /** An address stands on one candidate or one group at most; the caller has settled who owns it. */
  readonly users: readonly MemberCandidate[];
  readonly groups: readonly MemberGroup[];
  readonly domains: readonly MemberDomain[];
}

export interface ResolvedMemberships {
  /** By key, for every candidate; sorted by groupId. Equal lists may be one object. */
  readonly byUser: ReadonlyMap<string, readonly Membership[]>;
  /** By group id: how many of its direct members are nobody we know (outside addresses, unreadable text). */
  readonly unresolved: ReadonlyMap<string, number>;
}

/**
 * Direct members → effective members. A member is any address of a user, any address of a group (nested, cycles are
 * safe) or `[domain]`: every user whose primary address is below that domain or one of its aliases. What is none of
 * these is counted, not refused. Takes time in proportion to members and resulting memberships.
 */
export function resolveMemberships(input: MembershipInput): ResolvedMemberships {
  const groups = [...input.groups].sort((a, b) => (a.id < b.id ? -1 : 1));
  const toDomain = createDomainResolver(input.domains);
  const links = linkMembers(input.users, groups, toDomain);
  const climb = createClimber(links.parents);
  const listed = groups.map(({ id }): Membership => ({ groupId: id, direct: true }));
  const inherited = groups.map(({ id }): Membership => ({ groupId: id, direct: false }));

  const gather = (direct: ReadonlySet<number>, domain: string): readonly Membership[] => {
    const effective = new Set<number>();
    for (const seeds of [direct, links.domainGroups.get(domain) ?? []]) {
      for (const seed of seeds) for (const group of climb(seed)) effective.add(group);
    }
    const ascending = [...effective].sort((a, b) => a - b);
    return ascending.flatMap((group) => (direct.has(group) ? listed[group] : inherited[group]) ?? []);
  };

  const ofWholeDomain = new Map<string, readonly Membership[]>();
  const byUser = new Map<string, readonly Membership[]>();
  for (const [index, user] of input.users.entries()) {
    const domain = toDomain(domainOf(user.addresses[0] ?? ''));
    const direct = links.directGroups.get(index);
    let memberships = direct === undefined ? ofWholeDomain.get(domain) : gather(direct, domain);
    if (memberships === undefined) {
      memberships = gather(new Set(), domain);
      ofWholeDomain.set(domain, memberships);
    }
    byUser.set(user.key, memberships);
  }
  return { byUser, unresolved: links.unresolved };
}

/** The domain that a `[domain]` member means, canonical; undefined when the text is no such member. */
export function parseDomainMember(member: string): string | undefined {
  const text = member.trim();
  return text.startsWith('[') && text.endsWith(']') ? parseDomain(text.slice(1, -1)) : undefined;
}

function createDomainResolver(domains: readonly MemberDomain[]): (domain: string) => string {
  const names = new Map<string, string>();
  for (const { name } of domains) names.set(name, name);
  for (const { name, aliases } of domains) {
    for (const alias of aliases) if (!names.has(alias)) names.set(alias, name);
  }
  return (domain) => names.get(domain) ?? domain;
}

interface Links {
  /** User index → groups that list the user itself. */
  readonly directGroups: ReadonlyMap<number, ReadonlySet<number>>;
  /** Group index → groups that list this group. */
  readonly parents: readonly (readonly number[])[];
  readonly domainGroups: ReadonlyMap<string, readonly number[]>;
  readonly unresolved: ReadonlyMap<string, number>;
}

function linkMembers(
  users: readonly MemberCandidate[],
  groups: readonly MemberGroup[],
  toDomain: (domain: string) => string,
): Links {
  const userAt = indexAddresses(users);
  const groupAt = indexAddresses(groups);
  const inhabited = new Set(users.map((user) => toDomain(domainOf(user.addresses[0] ?? ''))));
  const directGroups = new Map<number, Set<number>>();
  const parents: number[][] = groups.map(() => []);
  const domainGroups = new Map<string, number[]>();
  const unresolved = new Map<string, number>();

  for (const [group, { id, members }] of groups.entries()) {
    for (const member of members) {
      // Most members are canonical already, and parsing every one would be most of the work.
      const address = userAt.has(member) ? member : parseAddress(member);
      const user = address === undefined ? undefined : userAt.get(address);
      const nested = address === undefined ? undefined : groupAt.get(address);
      const domain = parseDomainMember(member);
      if (user !== undefined) {
        const direct = directGroups.get(user) ?? new Set();
        directGroups.set(user, direct.add(group));
      } else if (nested !== undefined) {
        parents[nested]?.push(group);
      } else if (domain !== undefined && inhabited.has(toDomain(domain))) {
        const listing = domainGroups.get(toDomain(domain)) ?? [];
        domainGroups.set(toDomain(domain), listing);
        listing.push(group);
      } else {
        unresolved.set(id, (unresolved.get(id) ?? 0) + 1);
      }
    }
  }
  return { directGroups, parents, domainGroups, unresolved };
}

function indexAddresses(owners: readonly { readonly addresses: readonly string[] }[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, { addresses }] of owners.entries()) {
    for (const address of addresses) if (!found.has(address)) found.set(address, index);
  }
  return found;
}

/** Gives, for a group, itself and every group it is nested in, near or far. */
function createClimber(parents: Links['parents']): (group: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  return (start) => {
    const remembered = known.get(start);
    if (remembered !== undefined) return remembered;
    const reached = new Set([start]);
    // A Set also iterates over what is added on the way, and takes each group once: a cycle ends by itself.
    for (const group of reached) for (const parent of parents[group] ?? []) reached.add(parent);
    const all = [...reached];
    known.set(start, all);
    return all;
  };
}
