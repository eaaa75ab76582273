import type { Directory, User } from '../core/model.ts';
import type { Plan, PlanCounts, PlanLine, SyncPolicy } from '../core/reconcile/plan.ts';

/** A plan less everything that is not about one account, and that account before and after it. */
export interface OneAccountPlan {
  readonly plan: Plan;
  readonly before: User | undefined;
  readonly after: User | undefined;
}

/**
 * Cuts a plan down to one account: its own change, the manual users that have its password, and the groups they are in as far as
 * these are new or changed, so that no membership dangles. Everybody else stays as stored. `address`: canonical, before or after a rename.
 */
export function restrictPlan(plan: Plan, current: Directory, sourceId: string, address: string): OneAccountPlan {
  const isMeant = (user: User) =>
    user.origin === 'synchronised' && user.sourceId === sourceId && user.login === address;
  const ids = new Set([...current.users.values(), ...plan.next.users.values()].filter(isMeant).map(({ id }) => id));
  const [id] = [...ids].sort((a) => (plan.next.users.has(a) ? -1 : 1));
  const before = id === undefined ? undefined : current.users.get(id);
  const after = id === undefined ? undefined : plan.next.users.get(id);

  for (const user of current.users.values()) {
    if (user.passwordOf !== undefined && before?.addresses.includes(user.passwordOf)) ids.add(user.id);
  }
  const kept = plan.change.users.saved.filter((user) => ids.has(user.id));
  const needed = new Set([after, ...kept].flatMap((user) => user?.memberships.map(({ groupId }) => groupId) ?? []));
  const change = {
    users: {
      saved: kept,
      removedIds: plan.change.users.removedIds.filter((removed) => ids.has(removed)),
    },
    groups: { saved: plan.change.groups.saved.filter((group) => needed.has(group.id)), removedIds: [] },
  };
  const isEmpty = change.users.saved.length + change.users.removedIds.length === 0;
  const users = new Map(current.users);
  const groups = new Map(current.groups);
  if (!isEmpty) {
    for (const removed of change.users.removedIds) users.delete(removed);
    for (const user of change.users.saved) users.set(user.id, user);
    for (const group of change.groups.saved) groups.set(group.id, group);
  }
  const addresses = new Set([address, before?.login, after?.login]);
  const lines = plan.lines.filter((line) => !line.kind.startsWith('group_') && addresses.has(line.address));
  const restricted: Plan = {
    ...plan,
    next: { generation: current.generation + (isEmpty ? 0 : 1), users, groups },
    change,
    lines,
    counts: { ...countUserLines(lines), filteredOut: 0, users: users.size, groups: groups.size },
    warnings: plan.warnings.filter((text) => text.includes(address)),
    proposedRenames: plan.proposedRenames.filter(({ from, to }) => addresses.has(from) || addresses.has(to)),
    isEmpty,
  };
  return { plan: restricted, before, after };
}

function countUserLines(lines: readonly PlanLine[]): Omit<PlanCounts, 'filteredOut' | 'users' | 'groups'> {
  const count = (kind: PlanLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return {
    new: count('new'),
    changed: count('changed'),
    disabled: count('disabled'),
    removed: count('removed'),
    returned: count('returned'),
    renamed: count('renamed'),
    groupsNew: 0,
    groupsChanged: 0,
    groupsRemoved: 0,
  };
}

/**
 * The limits for a plan that is cut down to one account: they count changes of everybody, which are not committed then. A limit
 * that even one change exceeds stays.
 */
export function toOneAccountPolicy(policy: SyncPolicy): SyncPolicy {
  const lift = (limit: number) => (limit < 1 ? limit : Number.MAX_SAFE_INTEGER);
  return {
    ...policy,
    limitUsers: lift(policy.limitUsers),
    limitArchiveGrants: lift(policy.limitArchiveGrants),
    limitPercent: 100,
    limitMembersPercent: 100,
  };
}
