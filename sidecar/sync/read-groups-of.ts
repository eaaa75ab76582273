import { resolveMemberships } from '../core/membership.ts';
import type { Group } from '../core/model.ts';
import { parseAddress, parseDomain } from '../core/names.ts';
import type { FoundAccount } from '../core/ports/account-finder.ts';
import type { SourceDomain } from '../core/ports/directory-source.ts';

/** Of more groups that only the account itself names, none is looked at for standing behind another one. */
const maxUnexplained = 50;

/**
 * The groups as they are once what the account says of its own groups is true: `groups` was read earlier. A group that nesting or
 * `[domain]` explains is not made a direct one, for the server may name it all the same. Groups that are not stored yet are
 * left to a whole reading. `login`: canonical.
 */
export function withOwnGroups(
  groups: ReadonlyMap<string, Group>,
  login: string,
  { user, groups: named }: FoundAccount,
  domains: readonly SourceDomain[],
): ReadonlyMap<string, Group> {
  if (named === undefined) return groups;
  const names = new Set(named.map((name) => parseAddress(name)));
  const isNamed = ({ addresses }: Group) => addresses.some((address) => names.has(address));
  const known = [...groups.values()].map((group) =>
    isNamed(group) ? group : { ...group, members: group.members.filter((member) => parseAddress(member) !== login) },
  );
  const addresses = [login, ...user.aliases.flatMap((alias) => parseAddress(alias) ?? [])];
  const memberDomains = domains.flatMap(({ name, aliases }) => {
    const canonical = parseDomain(name);
    return canonical === undefined
      ? []
      : [{ name: canonical, aliases: aliases.flatMap((each) => parseDomain(each) ?? []) }];
  });
  const join = (ids: ReadonlySet<string>) =>
    known.map((group) => (ids.has(group.id) ? { ...group, members: [...group.members, login] } : group));
  const reach = (ids: ReadonlySet<string>): ReadonlySet<string> => {
    const { byUser } = resolveMemberships({
      users: [{ key: login, addresses }],
      groups: join(ids),
      domains: memberDomains,
    });
    return new Set(byUser.get(login)?.map(({ groupId }) => groupId));
  };
  const explained = reach(new Set());
  const direct = new Set(known.filter((group) => isNamed(group) && !explained.has(group.id)).map(({ id }) => id));
  if (direct.size <= maxUnexplained) {
    for (const id of [...direct]) {
      direct.delete(id);
      if (!reach(direct).has(id)) direct.add(id);
    }
  }
  return new Map(join(direct).map((group) => [group.id, group]));
}
