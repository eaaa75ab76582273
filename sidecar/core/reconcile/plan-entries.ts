import type { Directory, Group, Membership, User } from '../model.ts';
import { type GroupStep, planGroup } from './groups.ts';
import type { Identities, IsIn } from './identities.ts';
import type { MoveCounter } from './moves.ts';
import type { PlanLine } from './plan.ts';
import { planUser, removalOf, type UserPlanner } from './users.ts';

export interface PlannedEntries<Entry> {
  /** By id. */
  readonly next: ReadonlyMap<string, Entry>;
  /** By address. */
  readonly lines: readonly PlanLine[];
}

export interface UserPlanning {
  readonly planner: UserPlanner;
  readonly identities: Identities;
  readonly isIn: IsIn;
  /** Users who pass unchanged. */
  readonly others: readonly User[];
  readonly membershipsOf: (login: string) => readonly Membership[];
  readonly moves: MoveCounter;
}

/** Plans every user, and counts who joins and leaves which group. */
export function planUsers(planning: UserPlanning): PlannedEntries<User> & { readonly filteredOut: number } {
  const { planner, identities, membershipsOf, moves } = planning;
  const next = new Map<string, User>(planning.others.map((user) => [user.id, user]));
  const lines: PlanLine[] = [];
  let filteredOut = 0;
  for (const user of identities.replaced) {
    lines.push(removalOf(user));
    moves.count(user, undefined);
  }
  for (const candidate of identities.candidates) {
    const { login, stored } = candidate;
    const isIn = planning.isIn(candidate);
    if (candidate.kind === 'read' && !isIn) filteredOut += 1;
    const { user, line } = planUser(planner, candidate, isIn, membershipsOf(login));
    if (user !== undefined) next.set(user.id, user);
    moves.count(stored, user);
    const merged = identities.merged.get(login);
    if (merged !== undefined) moves.countReplaced(merged);
    if (line !== undefined) lines.push(merged === undefined ? line : tellMerged(line, merged, stored));
  }
  return { next, lines: lines.sort(byAddress), filteredOut };
}

function tellMerged(line: PlanLine, merged: User, stored: User | undefined): PlanLine {
  return { ...line, changes: [...line.changes, { field: 'entryUUID', from: merged.id, to: stored?.id ?? '' }] };
}

export interface GroupPlanning {
  readonly current: Directory;
  readonly sourceId: string;
  readonly stamp: Date;
  /** The groups that are served. */
  readonly steps: readonly GroupStep[];
  readonly moves: MoveCounter;
}

/** Plans every group; those of other sources pass unchanged. */
export function planGroups({ current, sourceId, stamp, steps, moves }: GroupPlanning): PlannedEntries<Group> {
  const next = new Map<string, Group>();
  const lines: PlanLine[] = [];
  const served = new Set(steps.map(({ group }) => group.id));
  for (const group of current.groups.values()) {
    if (group.sourceId !== sourceId) next.set(group.id, group);
    else if (!served.has(group.id)) lines.push({ kind: 'group_removed', address: group.name, changes: [] });
  }
  for (const step of steps) {
    const planned = planGroup(step, moves.of(step.group.id), stamp);
    next.set(planned.group.id, planned.group);
    if (planned.line !== undefined) lines.push(planned.line);
  }
  return { next, lines: lines.sort(byAddress) };
}

function byAddress(a: PlanLine, b: PlanLine): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
