import { DomainError } from './errors.ts';
import { compileMapping } from './mapping/evaluate.ts';
import { resolveMemberships } from './membership.ts';
import type { Directory, Group, User } from './model.ts';
import { canonicalise } from './reconcile/accounts.ts';
import { assemblePlan } from './reconcile/assemble.ts';
import { type Candidate, matchCandidates } from './reconcile/candidates.ts';
import { countMoves } from './reconcile/changes.ts';
import { settleClaims } from './reconcile/claims.ts';
import { type Moves, matchGroups, planGroup } from './reconcile/groups.ts';
import type { Plan, PlanLine, ReconcileInput } from './reconcile/plan.ts';
import { createScope, restrictMemberships } from './reconcile/scope.ts';
import { stampFor } from './reconcile/stamp.ts';
import { planUser, staysServed, type UserPlanner } from './reconcile/users.ts';
import { createWarnings } from './reconcile/warnings.ts';

/**
 * What the source says against what we keep: the directory that follows, and each difference. Pure: nothing is written.
 *
 * Users and groups of other sources and manual users pass unchanged. Entries whose served content is the same keep their
 * times. Throws `upstream_unavailable` when the reading holds not a single account: no server worth believing is empty.
 */
export function reconcile(input: ReconcileInput): Plan {
  const { current, sourceId, now } = input;
  const warnings = createWarnings();
  const reading = canonicalise(input.reading, warnings);
  if (reading.users.length === 0) {
    throw new DomainError(
      'upstream_unavailable',
      `not a single usable account was read (${input.reading.users.length} listed in ${input.reading.domains.length} domains): ` +
        "nothing is changed; check the rights of IceWarp's service account and the setting icewarp.domains",
    );
  }
  const { mine, manual, others } = sortUsers(current, sourceId);
  const stamp = stampFor(current, now);
  const claims = settleClaims(reading, manual, warnings);
  const candidates = matchCandidates(reading, mine, manual, claims, warnings);
  const groupSteps = matchGroups(reading, current, sourceId, claims, stamp, input.newId);
  const groups = groupSteps.map((step) => step.group);
  const resolved = resolveMemberships({
    users: candidates.map(({ login, addresses }) => ({ key: login, addresses })),
    groups,
    domains: reading.domains,
  });
  const scope = createScope(input.filter, reading.domains, groups);
  const isIn = (candidate: Candidate) =>
    candidate.kind !== 'gone' && scope.includesUser(candidate, resolved.byUser.get(candidate.login) ?? []);

  const inhabited = new Set<string>();
  for (const candidate of candidates) {
    if (!staysServed(input, candidate, isIn(candidate))) continue;
    for (const { groupId } of resolved.byUser.get(candidate.login) ?? []) inhabited.add(groupId);
  }
  const servedSteps = groupSteps.filter(({ group }) => scope.includesGroup(group, inhabited.has(group.id)));
  const servedGroups = new Map(servedSteps.map(({ group }) => [group.id, group]));
  const membershipsOf = restrictMemberships(resolved, (id) => servedGroups.has(id));
  const planner: UserPlanner = {
    sourceId,
    policy: input.policy,
    now,
    stamp,
    newId: input.newId,
    mapping: compileMapping(input.mapping, servedGroups.values()),
    nameGroup: (id) => servedGroups.get(id)?.name ?? current.groups.get(id)?.name ?? id,
  };

  const users = new Map<string, User>(others.map((user) => [user.id, user]));
  const lines: PlanLine[] = [];
  const moves = new Map<string, Moves>();
  const move = (id: string, by: 1 | -1) => {
    const known = moves.get(id) ?? { joined: 0, left: 0 };
    moves.set(id, known);
    known[by > 0 ? 'joined' : 'left'] += 1;
  };
  let filteredOut = 0;
  for (const candidate of candidates) {
    const included = isIn(candidate);
    if (candidate.kind === 'read' && !included) filteredOut += 1;
    const step = planUser(planner, candidate, included, membershipsOf(candidate.login));
    if (step.user !== undefined) users.set(step.user.id, step.user);
    if (step.line !== undefined) lines.push(step.line);
    countMoves(candidate.stored, step.user, move);
  }
  lines.sort(byAddress);
  if (!candidates.some(isIn)) warnings.add('the filter (icewarp.domains, icewarp.groups) takes in nobody');

  const nextGroups = new Map<string, Group>();
  const groupLines: PlanLine[] = [];
  for (const group of current.groups.values()) {
    if (group.sourceId !== sourceId) nextGroups.set(group.id, group);
    else if (!servedGroups.has(group.id)) groupLines.push({ kind: 'group_removed', address: group.name, changes: [] });
  }
  for (const step of servedSteps) {
    const planned = planGroup(step, moves.get(step.group.id), stamp);
    nextGroups.set(planned.group.id, planned.group);
    if (planned.line !== undefined) groupLines.push(planned.line);
  }
  return assemblePlan({
    current,
    users,
    groups: nextGroups,
    lines: [...lines, ...groupLines.sort(byAddress)],
    filteredOut,
    warnings: warnings.list(),
    before: mine.values(),
    policy: input.policy,
  });
}

function sortUsers(current: Directory, sourceId: string) {
  const mine = new Map<string, User>();
  const others: User[] = [];
  for (const user of current.users.values()) {
    if (user.origin === 'synchronised' && user.sourceId === sourceId) mine.set(user.login, user);
    else others.push(user);
  }
  return { mine, others, manual: others.filter((user) => user.origin === 'manual') };
}

function byAddress(a: PlanLine, b: PlanLine): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
