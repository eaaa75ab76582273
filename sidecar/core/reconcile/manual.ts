import { indexAccounts } from '../manual-users/links.ts';
import { compileMapping, evaluateMapping } from '../mapping/evaluate.ts';
import type { Mapping } from '../mapping/rules.ts';
import { type MemberDomain, resolveMemberships } from '../membership.ts';
import type { Directory, Group, User } from '../model.ts';
import type { NameGroup } from './changes.ts';
import type { MoveCounter } from './moves.ts';
import type { PlanLine } from './plan.ts';
import { settleUser } from './users.ts';
import type { Warnings } from './warnings.ts';

export interface ManualPlanning {
  /** Manual users as stored. */
  readonly manual: readonly User[];
  readonly current: Directory;
  /** All users that the plan leads to, the manual ones as stored. */
  readonly next: ReadonlyMap<string, User>;
  /** All groups there are, also those that are not served. */
  readonly groups: readonly Group[];
  readonly isServed: (groupId: string) => boolean;
  readonly domains: readonly MemberDomain[];
  readonly mapping: Mapping;
  readonly now: Date;
  readonly stamp: Date;
  readonly nameGroup: NameGroup;
  readonly moves: MoveCounter;
}

/**
 * Manual users as the plan leaves them: name and addresses are nobody's to change but an administrator's, while groups and
 * rights follow the groups that were read and the mapping, and the link follows the account. One whose account is removed is
 * disabled until it is linked again: whoever gets that address later is somebody else.
 */
export function planManualUsers(planning: ManualPlanning, warnings: Warnings): readonly PlannedManualUser[] {
  const { manual, moves, nameGroup, stamp } = planning;
  if (manual.length === 0) return [];
  const followLink = createLinkFollower(planning, warnings);
  const rightsOf = createRights(planning);
  return manual.map((before) => {
    const { user, line } = settleUser({ nameGroup, stamp }, before, rightsOf(followLink(before)));
    const after = user ?? before;
    moves.count(before, after);
    return { user: after, line };
  });
}

export interface PlannedManualUser {
  readonly user: User;
  readonly line: PlanLine | undefined;
}

function createRights(planning: ManualPlanning): (user: User) => User {
  const { manual, groups, isServed, domains, mapping, now } = planning;
  const resolved = resolveMemberships({
    users: manual.map(({ login, addresses, memberships }) => ({ key: login, addresses, known: memberships })),
    groups,
    domains,
  });
  const served = groups.filter(({ id }) => isServed(id));
  const compiled = compileMapping(mapping, served, now);
  return (user) => {
    const all = resolved.byUser.get(user.login) ?? [];
    const memberships = all.every(({ groupId }) => isServed(groupId))
      ? all
      : all.filter(({ groupId }) => isServed(groupId));
    const { privileges, roles } = evaluateMapping(compiled, { ...user, memberships });
    return { ...user, memberships, privileges, roles };
  };
}

function createLinkFollower({ manual, current, next, stamp }: ManualPlanning, warnings: Warnings) {
  const linked = new Set(manual.flatMap(({ passwordOf }) => passwordOf ?? []));
  const accounts = indexAccounts(current, linked);
  return (user: User): User => {
    const before = user.passwordOf === undefined ? undefined : accounts.get(user.passwordOf);
    if (before === undefined || user.passwordOf === undefined) return user;
    const after = next.get(before.id);
    if (after !== undefined) {
      // Who has the former address by now is not asked: the account is the same person under another name.
      return after.addresses.includes(user.passwordOf) ? user : { ...user, passwordOf: after.login };
    }
    warnings.add(
      `the manual user ${user.login} is disabled: the account ${before.login} whose password it had is removed; ` +
        `link it to another one (users link ${user.login} ADDRESS), or remove it`,
    );
    return user.state === 'enabled' ? { ...user, state: 'missing', missingSince: stamp } : user;
  };
}
