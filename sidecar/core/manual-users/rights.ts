import { compileMapping, evaluateMapping, type UserFacts } from '../mapping/evaluate.ts';
import type { Mapping } from '../mapping/rules.ts';
import { resolveMemberships } from '../membership.ts';
import type { Directory, Membership } from '../model.ts';
import { findDomainNames } from './domain-names.ts';

/** Groups, privileges and roles of a user. */
export interface Rights {
  /** Sorted by groupId. */
  readonly memberships: readonly Membership[];
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
  /** The defaults that went into it. */
  readonly defaults: readonly string[];
}

/**
 * What a user who is no account of a reading may do at `now`: a member of the stored groups that list one of the addresses or
 * the domain (under another name of it too, as far as {@link findDomainNames} sees them), and under the rules of the mapping for these.
 */
export function evaluateRights(
  directory: Directory,
  mapping: Mapping,
  person: Omit<UserFacts, 'memberships'>,
  now: Date,
): Rights {
  const groups = [...directory.groups.values()];
  const { login, addresses } = person;
  const resolved = resolveMemberships({
    users: [{ key: login, addresses }],
    groups,
    domains: findDomainNames(directory),
  });
  const memberships = resolved.byUser.get(login) ?? [];
  const { privileges, roles, defaults } = evaluateMapping(compileMapping(mapping, groups, now), {
    ...person,
    memberships,
  });
  return { memberships, privileges, roles, defaults };
}
