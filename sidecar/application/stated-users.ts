import type { UserFacts } from '../core/mapping/evaluate.ts';
import type { Expectation } from '../core/mapping/expectation.ts';
import type { NamedGroup } from '../core/mapping/match.ts';
import { type MemberGroup, resolveMemberships } from '../core/membership.ts';
import type { Directory } from '../core/model.ts';
import { domainOf } from '../core/names.ts';

/** Made-up users, put into the groups of a directory. */
export interface StatedUsers {
  /** The directory's groups, and those that only expectations name. */
  readonly groups: readonly NamedGroup[];
  /** Undefined for an expectation about somebody of the directory. */
  factsOf(expectation: Expectation): UserFacts | undefined;
}

/** RFC 2606 §2: nobody's domain. */
const nobodysDomain = 'stated.invalid';

/**
 * Gives each made-up user the groups that follow from the stated ones: those that hold them by nesting, and those with the
 * user's whole domain as a member.
 */
export function stateUsers(directory: Directory, expectations: readonly Expectation[]): StatedUsers {
  const stated = expectations.flatMap((expectation, index) => {
    const { subject } = expectation;
    if (subject.kind === 'user') return [];
    const domain = subject.address === undefined ? nobodysDomain : domainOf(subject.address);
    // Two expectations may be about the same address in different groups.
    return [{ expectation, subject, member: `stated-for-test-${index}@${domain}` }];
  });
  const members = new Map<string, string[]>();
  for (const { subject, member } of stated) {
    for (const group of subject.groups) {
      const listed = members.get(group);
      if (listed === undefined) members.set(group, [member]);
      else listed.push(member);
    }
  }
  const groups: MemberGroup[] = [...directory.groups.values()].map((group) => {
    const added = group.addresses.flatMap((address) => members.get(address) ?? []);
    for (const address of group.addresses) members.delete(address);
    return { id: group.id, addresses: group.addresses, members: [...group.members, ...added] };
  });
  for (const [address, added] of members) groups.push({ id: address, addresses: [address], members: added });

  const users = stated.map(({ member }) => ({ key: member, addresses: [member] }));
  const { byUser } = resolveMemberships({ users, groups, domains: [] });
  const facts = new Map<Expectation, UserFacts>(
    stated.map(({ expectation, subject, member }) => {
      const address = subject.address ?? member;
      const memberships = byUser.get(member) ?? [];
      const account = {
        description: subject.comment,
        facts: { admin: subject.admin },
        origin: 'synchronised' as const,
      };
      return [expectation, { login: address, addresses: [address], memberships, ...account }];
    }),
  );
  return { groups, factsOf: (expectation) => facts.get(expectation) };
}
