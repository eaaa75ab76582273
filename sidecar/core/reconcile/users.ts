import { type CompiledMapping, evaluateMapping } from '../mapping/evaluate.ts';
import type { Membership, User } from '../model.ts';
import type { Candidate } from './candidates.ts';
import { compareUnserved, compareUsers, type NameGroup } from './changes.ts';
import type { FieldChange, PlanLine, SyncPolicy } from './plan.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What becomes of one candidate: a user as it is served next, and what is told and stored of it. */
export interface UserStep {
  /** Undefined: nobody is served. */
  readonly user: User | undefined;
  readonly line: PlanLine | undefined;
}

export interface UserPlanner {
  readonly sourceId: string;
  readonly policy: SyncPolicy;
  readonly now: Date;
  readonly stamp: Date;
  readonly newId: () => string;
  readonly mapping: CompiledMapping;
  readonly nameGroup: NameGroup;
}

/** Plans one candidate. `isIn`: the filter takes it, and it is there. Keeps the stored object where nothing changes. */
export function planUser(
  planner: UserPlanner,
  candidate: Candidate,
  isIn: boolean,
  memberships: readonly Membership[],
): UserStep {
  const { stored } = candidate;
  if (!staysServed(planner, candidate, isIn)) {
    const line: PlanLine | undefined = stored && { kind: 'removed', address: stored.login, changes: [] };
    return { user: undefined, line };
  }
  const { privileges, roles } = evaluateMapping(planner.mapping, { memberships });
  const after: User = {
    ...identify(planner, stored),
    login: candidate.login,
    ...profileOf(candidate),
    ...(isIn || stored === undefined ? presenceOf(candidate) : absenceOf(planner, candidate, stored)),
    memberships,
    privileges,
    roles,
  };
  return stored === undefined
    ? { user: after, line: { kind: 'new', address: after.login, changes: introduce(after, planner.nameGroup) } }
    : settle(planner, stored, after);
}

/** Whether the plan leads to an entry for the candidate: it is in, or was served before and its grace is not over. */
export function staysServed(terms: Pick<UserPlanner, 'policy' | 'now'>, { stored }: Candidate, isIn: boolean): boolean {
  return isIn || (stored !== undefined && !isDue(terms, stored));
}

// Users are always disabled by an earlier run before they are removed.
function isDue({ policy, now }: Pick<UserPlanner, 'policy' | 'now'>, stored: User): boolean {
  if (policy.missingUsers !== 'delete' || stored.state !== 'missing' || stored.missingSince === undefined) return false;
  return now.getTime() - stored.missingSince.getTime() >= policy.graceDays * dayMs;
}

function identify(planner: UserPlanner, stored: User | undefined): Omit<User, keyof Settled> {
  return {
    id: stored?.id ?? planner.newId(),
    sourceId: planner.sourceId,
    origin: 'synchronised',
    createdAt: stored?.createdAt ?? planner.stamp,
    modifiedAt: stored?.modifiedAt ?? planner.stamp,
  };
}

type Profile = Pick<User, 'displayName' | 'givenName' | 'surname' | 'description' | 'telephoneNumber' | 'addresses'>;
type Presence = Pick<User, 'state' | 'missingSince'>;
type Settled = Profile & Presence & Pick<User, 'login' | 'memberships' | 'privileges' | 'roles'>;

function profileOf(candidate: Candidate): Profile {
  const read = candidate.kind === 'read' ? candidate.account.read : candidate.stored;
  const { displayName, givenName, surname, description, telephoneNumber } = read;
  const { login } = candidate;
  // A missing user's own address stays its name even when somebody else bears it as an alias by now.
  const addresses = candidate.addresses[0] === login ? candidate.addresses : [login, ...candidate.addresses];
  return { displayName, givenName, surname, description, telephoneNumber, addresses };
}

function presenceOf(candidate: Candidate): Presence {
  if (candidate.kind === 'read') return { state: candidate.account.read.state, missingSince: undefined };
  const { state, missingSince } = candidate.stored;
  return { state, missingSince };
}

function absenceOf(planner: UserPlanner, candidate: Candidate, stored: User): Presence {
  if (planner.policy.missingUsers !== 'keep') {
    const since = stored.state === 'missing' ? stored.missingSince : undefined;
    return { state: 'missing', missingSince: since ?? planner.stamp };
  }
  if (stored.state === 'missing') return { state: 'missing', missingSince: stored.missingSince };
  return presenceOf(candidate);
}

function settle(planner: UserPlanner, before: User, after: User): UserStep {
  const served = compareUsers(before, after, planner.nameGroup);
  const unserved = compareUnserved(before, after, planner.nameGroup);
  if (served.length + unserved.length === 0) return { user: before, line: undefined };
  const modifiedAt = served.length > 0 ? planner.stamp : before.modifiedAt;
  const changes = served.length > 0 ? served : unserved;
  return { user: { ...after, modifiedAt }, line: { kind: kindOf(before, after), address: after.login, changes } };
}

function kindOf(before: User, after: User): PlanLine['kind'] {
  if (before.state === 'missing' && after.state !== 'missing') return 'returned';
  return before.state === 'enabled' && after.state !== 'enabled' ? 'disabled' : 'changed';
}

function introduce(user: User, nameGroup: NameGroup): readonly FieldChange[] {
  const groups = user.memberships.map(({ groupId }) => nameGroup(groupId));
  const sets = { addresses: user.addresses.slice(1), groups, privileges: user.privileges, roles: user.roles };
  return [
    { field: 'displayName', from: '', to: user.displayName },
    ...(user.state === 'enabled' ? [] : [{ field: 'state', from: '', to: user.state }]),
    ...Object.entries(sets).flatMap(([field, added]) => (added.length === 0 ? [] : { field, added, removed: [] })),
  ];
}
