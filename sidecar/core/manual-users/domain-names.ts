import { type MemberDomain, parseDomainMember } from '../membership.ts';
import type { Directory } from '../model.ts';
import { domainOf, localPartOf } from '../names.ts';

/**
 * Other names of domains as far as a stored directory shows them: a domain that some group has for a member is another name of one whose
 * synchronised users all have the same local part below it, and are all in every such group. A reading knows for sure; what is
 * not seen here is made good by the next one.
 */
export function findDomainNames(directory: Directory): readonly MemberDomain[] {
  const listing = new Map<string, string[]>();
  for (const { id, members } of directory.groups.values()) {
    for (const member of members) {
      const name = parseDomainMember(member);
      if (name === undefined) continue;
      const groups = listing.get(name);
      if (groups === undefined) listing.set(name, [id]);
      else groups.push(id);
    }
  }
  if (listing.size === 0) return [];
  const users = [...directory.users.values()].filter(
    ({ origin, state }) => origin === 'synchronised' && state !== 'missing',
  );
  const ownDomains = new Set(users.map(({ login }) => domainOf(login)));
  const aliases = new Map<string, string[]>();
  for (const [alias, groups] of listing) {
    if (ownDomains.has(alias)) continue;
    const possible = new Map<string, boolean>();
    for (const { login, addresses, memberships } of users) {
      const domain = domainOf(login);
      if (possible.get(domain) === false) continue;
      const isHere = addresses.includes(`${localPartOf(login)}@${alias}`);
      possible.set(domain, isHere && groups.every((id) => memberships.some(({ groupId }) => groupId === id)));
    }
    const [domain, ...others] = [...possible].filter(([, isAlias]) => isAlias).map(([name]) => name);
    if (domain !== undefined && others.length === 0) aliases.set(domain, [...(aliases.get(domain) ?? []), alias]);
  }
  return [...aliases].map(([name, names]) => ({ name, aliases: names }));
}
