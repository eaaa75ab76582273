import type { Membership } from './model.ts';
import { domainOf, parseAddress, parseDomain } from './names.ts';

/** Whoever can be a member: `key` comes back in the result, `addresses` are canonical, the primary one first. */
export interface MemberCandidate {
  readonly key: string;
  readonly addresses: readonly string[];
  /** What was resolved earlier: given back as it is where it still holds, so that nothing is made anew for most. */
  readonly known?: readonly Membership[] | undefined;
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
  const gather = createGatherer(groups, links);
  const ofWholeDomain = new Map<string, readonly Membership[]>();
  const byUser = new Map<string, readonly Membership[]>();
  for (const [index, user] of input.users.entries()) {
    const domain = toDomain(domainOf(user.addresses[0] ?? ''));
    const direct = links.directGroups[index];
    let memberships = direct === undefined ? ofWholeDomain.get(domain) : gather(direct, domain, user.known);
    if (memberships === undefined) {
      memberships = gather([], domain, user.known);
      ofWholeDomain.set(domain, memberships);
    }
    byUser.set(user.key, memberships);
  }
  return { byUser, unresolved: links.unresolved };
}

type Gather = (
  direct: readonly number[],
  domain: string,
  known: readonly Membership[] | undefined,
) => readonly Membership[];

/** Gives the memberships of whoever is listed by the `direct` groups and has an address below `domain`. */
function createGatherer(groups: readonly MemberGroup[], links: Links): Gather {
  const climb = createClimber(links.parents);
  const listed = groups.map(({ id }): Membership => ({ groupId: id, direct: true }));
  const inherited = groups.map(({ id }): Membership => ({ groupId: id, direct: false }));
  // Marked with the number of the user at hand: a Set for each of a hundred thousand users would be most of the work.
  const reachedBy = new Uint32Array(groups.length);
  const listedBy = new Uint32Array(groups.length);
  const reached = new Uint32Array(groups.length);
  let turn = 0;
  return (direct, domain, known) => {
    turn += 1;
    let count = 0;
    const reach = (seed: number) => {
      for (const group of climb(seed)) {
        if (reachedBy[group] === turn) continue;
        reachedBy[group] = turn;
        reached[count] = group;
        count += 1;
      }
    };
    for (const seed of direct) {
      listedBy[seed] = turn;
      reach(seed);
    }
    for (const seed of links.domainGroups.get(domain) ?? []) reach(seed);
    const ascending = reached.subarray(0, count).sort();
    const found = (group: number) => (listedBy[group] === turn ? listed : inherited)[group];
    if (known?.length === count && ascending.every((group, place) => isSame(known[place], found(group)))) return known;
    const memberships = Array.from(ascending, found).filter((membership) => membership !== undefined);
    // Without the spare room of a list that has grown: it would be most of it.
    return memberships.slice();
  };
}

function isSame(before: Membership | undefined, after: Membership | undefined): boolean {
  return before?.groupId === after?.groupId && before?.direct === after?.direct;
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
  /** By user index: the groups that list the user itself, ascending. */
  readonly directGroups: readonly (readonly number[] | undefined)[];
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
  const inhabited = new Set<string>();
  for (const { addresses } of users) inhabited.add(toDomain(domainOf(addresses[0] ?? '')));
  const directGroups: (number[] | undefined)[] = users.map(() => undefined);
  const parents: number[][] = groups.map(() => []);
  const domainGroups = new Map<string, number[]>();
  const unresolved = new Map<string, number>();

  for (const [group, { id, members }] of groups.entries()) {
    for (const member of members) {
      // Most members are canonical already, and parsing every one would be most of the work.
      const spelt = userAt.get(member);
      const address = spelt === undefined ? parseAddress(member) : undefined;
      const user = spelt ?? (address === undefined ? undefined : userAt.get(address));
      const nested = address === undefined ? undefined : groupAt.get(address);
      const domain = spelt === undefined ? parseDomainMember(member) : undefined;
      if (user !== undefined) {
        const direct = directGroups[user];
        if (direct === undefined) directGroups[user] = [group];
        else if (direct.at(-1) !== group) direct.push(group);
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
  // Backwards, so that the first owner is the one that stays.
  for (let index = owners.length - 1; index >= 0; index -= 1) {
    for (const address of owners[index]?.addresses ?? []) found.set(address, index);
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
