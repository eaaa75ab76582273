import { DomainError } from './errors.ts';
import { compileMapping } from './mapping/evaluate.ts';
import { resolveMemberships } from './membership.ts';
import { type CanonicalReading, canonicalise } from './reconcile/accounts.ts';
import { assemblePlan } from './reconcile/assemble.ts';
import { type Candidate, matchCandidates, warnOfUnknown } from './reconcile/candidates.ts';
import { settleClaims } from './reconcile/claims.ts';
import { matchGroups } from './reconcile/groups.ts';
import { settleIdentities } from './reconcile/identities.ts';
import { planManualUsers } from './reconcile/manual.ts';
import { createMoveCounter } from './reconcile/moves.ts';
import type { Plan, ReconcileInput } from './reconcile/plan.ts';
import { planGroups, planUsers } from './reconcile/plan-entries.ts';
import { createInhabited, createScope, restrictMemberships } from './reconcile/scope.ts';
import { stampShortNames } from './reconcile/short-names.ts';
import { stampFor } from './reconcile/stamp.ts';
import { sortStored } from './reconcile/stored.ts';
import { staysServed } from './reconcile/users.ts';
import { createWarnings } from './reconcile/warnings.ts';

/**
 * What the source says against what we keep: the directory that follows, and each difference. Pure: nothing is written.
 *
 * Users and groups of other sources pass unchanged, manual users but for groups, rights and link. Entries whose served content is the same keep their
 * times. Throws `upstream_unavailable` when the reading holds not a single account (no server worth believing is empty), and
 * `invalid_input` when a confirmed rename cannot be meant.
 */
export function reconcile(input: ReconcileInput): Plan {
  const { current, sourceId, now } = input;
  const warnings = createWarnings();
  const reading = canonicalise(input.reading, warnings);
  checkSomebodyIsThere(input, reading);
  const { users: before, groups: groupsBefore, manual, others } = sortStored(current, sourceId);
  const keptEntries = [...before.values(), ...groupsBefore.values()].filter(({ addresses: [name = ''] }) =>
    reading.kept.has(name),
  );
  warnOfUnknown(reading, (name) => before.has(name) || groupsBefore.has(name), warnings);

  const stamp = stampFor(current, now);
  const claims = settleClaims(reading, manual, keptEntries, warnings);
  const matching = matchCandidates(reading, before, manual, claims, warnings);
  const groupSteps = matchGroups(reading, groupsBefore, sourceId, claims, stamp, input.newId);
  const groups = groupSteps.map((step) => step.group);
  const resolved = resolveMemberships({
    users: matching.candidates.map(({ login, addresses, stored }) => ({
      key: login,
      addresses,
      known: stored?.memberships,
    })),
    groups,
    domains: reading.domains,
  });
  const scope = createScope(input.filter, reading.domains, groups);
  const leftOut = new Set<string>();
  let someone = false;
  for (const candidate of matching.candidates) {
    if (candidate.kind === 'gone') continue;
    const memberships = resolved.byUser.get(candidate.login) ?? [];
    if (isUnwantedGuest(input, candidate) || !scope.includesUser(candidate, memberships)) {
      leftOut.add(candidate.login);
      continue;
    }
    someone = true;
    if (candidate.kind === 'read') for (const text of candidate.account.read.warnings) warnings.add(text);
  }
  if (!someone) warnings.add('the filter (icewarp.domains, icewarp.groups) takes in nobody');
  const isIn = (candidate: Candidate) => candidate.kind !== 'gone' && !leftOut.has(candidate.login);
  const identities = settleIdentities({ reading, ...matching, isIn, claims, terms: input }, warnings);

  const terms = { policy: input.policy, now, waiting: identities.waiting };
  const isInhabited = createInhabited(resolved, () =>
    identities.candidates
      .filter((candidate) => staysServed(terms, candidate, isIn(candidate)))
      .map(({ login }) => login),
  );
  const servedSteps = groupSteps.filter(({ group }) => scope.includesGroup(group, () => isInhabited(group.id)));
  const served = new Map(servedSteps.map(({ group }) => [group.id, group]));
  const planner = {
    ...terms,
    sourceId,
    stamp,
    newId: input.newId,
    mapping: compileMapping(input.mapping, served.values(), input.now),
    nameGroup: (id: string) => served.get(id)?.name ?? current.groups.get(id)?.name ?? id,
    inTurns: input.reading.kept.some(({ reason }) => reason === 'not_due'),
  };
  const moves = createMoveCounter();
  const membershipsOf = restrictMemberships(resolved, groups, (id) => served.has(id));
  const users = planUsers({ planner, identities, isIn, others, membershipsOf, moves });
  const othersGroups = [...current.groups.values()].filter((group) => group.sourceId !== sourceId);
  const byHand = planManualUsers(
    {
      ...{ manual, current, stamp, moves, mapping: input.mapping, now },
      next: users.next,
      groups: [...groups, ...othersGroups],
      isServed: (id) => served.has(id) || (current.groups.has(id) && current.groups.get(id)?.sourceId !== sourceId),
      domains: reading.domains,
      nameGroup: planner.nameGroup,
    },
    warnings,
  );
  const planned = planGroups({ current, sourceId, stamp, steps: servedSteps, moves });
  const named = stampShortNames({ before: current.users, after: users.next, lines: users.lines, sourceId, stamp });
  return assemblePlan({
    input,
    users: new Map([...named.after, ...byHand.map(({ user }) => [user.id, user] as const)]),
    groups: planned.next,
    lines: [...named.lines, ...byHand.flatMap(({ line }) => line ?? []), ...planned.lines],
    moves,
    filteredOut: users.filteredOut,
    proposedRenames: identities.proposed,
    warnings,
    before: new Map([...before, ...manual.map((user) => [user.login, user] as const)]),
  });
}

function checkSomebodyIsThere({ reading: { users, domains } }: ReconcileInput, canonical: CanonicalReading) {
  if (canonical.users.size > 0 || canonical.kept.values().some((reason) => reason === 'not_due')) return;
  throw new DomainError(
    'upstream_unavailable',
    `not a single usable account was read (${users.length} listed in ${domains.length} domains): ` +
      "nothing is changed; check the rights of IceWarp's service account and the setting icewarp.domains",
  );
}

function isUnwantedGuest({ includeGuests }: ReconcileInput, candidate: Candidate): boolean {
  return candidate.kind === 'read' && candidate.account.read.isGuest && !includeGuests;
}
