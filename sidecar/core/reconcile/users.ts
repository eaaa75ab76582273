import { type CompiledMapping, evaluateMapping } from '../mapping/evaluate.ts';
import { followHeldSince } from '../mapping/held-since.ts';
import { type AccountFacts, type Membership, noFacts, type User } from '../model.ts';
import type { Candidate } from './candidates.ts';
import { compareUnserved, compareUsers, isSameUser, type NameGroup } from './changes.ts';
import { compareFacts, keepFacts } from './facts.ts';
import { isGraceOver } from './grace.ts';
import type { FieldChange, PlanLine, SyncPolicy } from './plan.ts';

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
  /** Accounts take turns at being read whole. */
  readonly inTurns: boolean;
  /** Logins of gone users who may have been renamed. */
  readonly waiting: ReadonlySet<string>;
}

/** Plans one candidate. `isIn`: the filter takes it, and it is there. Keeps the stored object where nothing changes. */
export function planUser(
  planner: UserPlanner,
  candidate: Candidate,
  isIn: boolean,
  memberships: readonly Membership[],
): UserStep {
  const { stored } = candidate;
  if (!staysServed(planner, candidate, isIn)) return { user: undefined, line: stored && removalOf(stored) };
  const profile = profileOf(candidate);
  const facts = factsOf(planner, candidate);
  const { privileges, roles, defaults } = evaluateMapping(planner.mapping, {
    ...profile,
    login: candidate.login,
    origin: 'synchronised',
    facts,
    memberships,
  });
  const presence = isIn || stored === undefined ? presenceOf(candidate) : absenceOf(planner, candidate, stored);
  // Field by field: made of parts it would take half as much memory again.
  const after: User = {
    id: stored?.id ?? planner.newId(),
    sourceId: planner.sourceId,
    origin: 'synchronised',
    login: candidate.login,
    displayName: profile.displayName,
    givenName: profile.givenName,
    surname: profile.surname,
    description: profile.description,
    telephoneNumber: profile.telephoneNumber,
    addresses: profile.addresses,
    state: presence.state,
    missingSince: presence.missingSince,
    facts: sameList(facts.defaultsGiven, defaults) ? facts : { ...facts, defaultsGiven: defaults },
    memberships,
    privileges,
    roles,
    createdAt: stored?.createdAt ?? planner.stamp,
    modifiedAt: stored?.modifiedAt ?? planner.stamp,
  };
  if (stored !== undefined) return settleUser(planner, stored, after);
  const user = { ...after, facts: { ...after.facts, heldSince: followHeldSince(undefined, after, planner.stamp) } };
  return { user, line: { kind: 'new', address: after.login, changes: introduce(after, planner.nameGroup) } };
}

/** The line of a user who is served no more. */
export function removalOf(stored: User): PlanLine {
  return { kind: 'removed', address: stored.login, changes: [] };
}

type Terms = Pick<UserPlanner, 'policy' | 'now' | 'waiting'>;

/** Gives a user what the mapping says now; the stored object where that is what it has. */
export function regrantUser(planner: Pick<UserPlanner, 'mapping' | 'nameGroup' | 'stamp'>, user: User): UserStep {
  const { privileges, roles, defaults } = evaluateMapping(planner.mapping, user);
  const isSame =
    sameList(user.privileges, privileges) &&
    sameList(user.roles, roles) &&
    (user.origin === 'manual' || sameList(user.facts.defaultsGiven, defaults));
  if (isSame) return { user, line: undefined };
  const facts = user.origin === 'manual' ? user.facts : { ...user.facts, defaultsGiven: defaults };
  return settleUser(planner, user, { ...user, facts, privileges, roles });
}

/** Whether the plan leads to an entry for the candidate: it is in, or was served before and is not to be removed yet. */
export function staysServed(terms: Terms, { stored }: Candidate, isIn: boolean): boolean {
  return isIn || (stored !== undefined && !isDue(terms, stored));
}

function isDue({ policy, now, waiting }: Terms, stored: User): boolean {
  if (policy.missingUsers === 'keep') return false;
  // Even without days of grace one run disables and a later one removes: somebody could have seen it.
  if (stored.state !== 'missing') return policy.missingUsers === 'delete' && !waiting.has(stored.login);
  return stored.missingSince !== undefined && isGraceOver(policy, stored.missingSince, now);
}

type Profile = Pick<User, 'displayName' | 'givenName' | 'surname' | 'description' | 'telephoneNumber' | 'addresses'>;
type Presence = Pick<User, 'state' | 'missingSince'>;

function profileOf(candidate: Candidate): Profile {
  const known = candidate.kind === 'read' ? candidate.account.read : lastOf(candidate);
  const { displayName, givenName, surname, description, telephoneNumber } = known;
  const { login } = candidate;
  // A missing user's own address stays its name even when somebody else bears it as an alias by now.
  const addresses = candidate.addresses[0] === login ? candidate.addresses : [login, ...candidate.addresses];
  return { displayName, givenName, surname, description, telephoneNumber, addresses };
}

function lastOf(candidate: Exclude<Candidate, { kind: 'read' }>): User {
  return candidate.kind === 'kept' ? candidate.last : candidate.stored;
}

function presenceOf(candidate: Candidate): Presence {
  if (candidate.kind === 'read') return { state: candidate.account.read.state, missingSince: undefined };
  const { state, missingSince } = lastOf(candidate);
  return { state, missingSince };
}

function absenceOf({ policy, stamp }: UserPlanner, candidate: Candidate, stored: User): Presence {
  if (stored.state === 'missing') return { state: 'missing', missingSince: stored.missingSince ?? stamp };
  return policy.missingUsers === 'keep' ? presenceOf(candidate) : { state: 'missing', missingSince: stamp };
}

function factsOf({ inTurns }: UserPlanner, candidate: Candidate): AccountFacts {
  if (candidate.kind !== 'read') return lastOf(candidate).facts;
  return keepFacts(candidate.stored?.facts ?? noFacts, candidate.account.read, inTurns);
}

/** One version of a user in the place of another; the stored object where nothing of it changes. */
export function settleUser(planner: Pick<UserPlanner, 'nameGroup' | 'stamp'>, before: User, given: User): UserStep {
  const after = withHeldSince(before, given, planner.stamp);
  if (isSameUser(before, after)) return { user: before, line: undefined };
  const served = compareUsers(before, after, planner.nameGroup);
  const unserved = served.length > 0 ? [] : compareUnserved(before, after, planner.nameGroup);
  const changes = [...served, ...unserved, ...compareFacts(before.facts, after.facts)];
  const modifiedAt = served.length > 0 ? planner.stamp : before.modifiedAt;
  const user = { ...after, modifiedAt };
  const line: PlanLine = { kind: kindOf(before, after), address: after.login, changes };
  return { user, line: changes.length === 0 ? undefined : line };
}

function withHeldSince(before: User, after: User, stamp: Date): User {
  if (sameList(before.privileges, after.privileges) && sameList(before.roles, after.roles)) return after;
  const heldSince = followHeldSince({ ...before, heldSince: before.facts.heldSince }, after, stamp);
  return { ...after, facts: { ...after.facts, heldSince } };
}

function kindOf(before: User, after: User): PlanLine['kind'] {
  if (before.login !== after.login) return 'renamed';
  if (before.state === 'missing' && after.state !== 'missing') return 'returned';
  return before.state === 'enabled' && after.state !== 'enabled' ? 'disabled' : 'changed';
}

function sameList(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((item, place) => item === other[place]);
}

function introduce(user: User, nameGroup: NameGroup): readonly FieldChange[] {
  const changes: FieldChange[] = [{ field: 'displayName', from: '', to: user.displayName }];
  const add = (field: string, added: readonly string[]) => {
    if (added.length > 0) changes.push({ field, added, removed: [] });
  };
  if (user.state !== 'enabled') changes.push({ field: 'state', from: '', to: user.state });
  add('addresses', user.addresses.slice(1));
  add('groups', user.memberships.map(({ groupId }) => nameGroup(groupId)).sort());
  add('privileges', user.privileges);
  add('roles', user.roles);
  return changes;
}
