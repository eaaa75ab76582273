import { createHash } from 'node:crypto';
import type { Breach } from '../mapping/constraints.ts';
import { isCoveredBy } from '../mapping/privileges.ts';
import { archivePrivileges } from '../mapping/rules.ts';
import type { Group, User } from '../model.ts';
import type { MoveCounter } from './moves.ts';
import type { FieldChange, PlanCounts, PlanLine, SyncPolicy } from './plan.ts';

/** Below this many users a share in percent says nothing. */
const fewUsers = 3;
/** Below this many members as well. */
const fewMembers = 10;
/** How many names a reason gives. */
const namesTold = 5;

export interface GuardQuestion {
  readonly sourceId: string;
  readonly lines: readonly PlanLine[];
  readonly counts: Pick<PlanCounts, 'disabled' | 'removed'>;
  readonly moves: MoveCounter;
  /** The users that the plan may change, before it, by login. */
  readonly before: ReadonlyMap<string, User>;
  /** The groups before the plan, by id. */
  readonly groups: ReadonlyMap<string, Group>;
  readonly policy: SyncPolicy;
  /** Constraints of the mapping that the plan breaks anew. */
  readonly breaches: readonly Breach[];
  /** Why the mapping itself may not be meant. */
  readonly doubt: string | undefined;
}

export interface Risks {
  /** Why the plan waits for an administrator's word: which limit, and by how much. */
  readonly reasons: readonly string[];
  /** Names the changes behind the reasons; undefined when there is none. */
  readonly hash: string | undefined;
}

/** One limit that a plan breaks. The changes are told by names, for the ids of new entries differ from plan to plan. */
interface Risk {
  readonly reason: string;
  readonly changes: readonly (readonly string[])[];
}

/**
 * What in a plan goes beyond the policy's limits. A first import is no exception: it can only break the limit on opened
 * archives, nobody is served yet who would have to wait, and a wrong mapping is then seen before anybody could read by it.
 */
export function findRisks(question: GuardQuestion): Risks {
  const risks = [
    ...findLostUsers(question),
    ...findLostMembers(question),
    ...findOpenedArchives(question),
    ...findDoubtfulReturns(question),
    ...question.breaches.map(toRisk),
    ...findDoubtfulRights(question),
  ];
  if (risks.length === 0) return { reasons: [], hash: undefined };
  const changes = risks.flatMap((risk) => risk.changes.map((change) => JSON.stringify(change))).sort();
  const hash = createHash('sha256').update([question.sourceId, ...changes].join('\n'), 'utf8');
  return { reasons: risks.map((risk) => risk.reason), hash: hash.digest('hex').slice(0, 12) };
}

function toRisk({ kind, message, rule = '', users }: Breach): Risk {
  return { reason: `the mapping breaks its constraints: ${message}`, changes: [[kind, message, rule, ...users]] };
}

/** Logins of users who could log on, are still there, and may no more. */
function findLockedOut({ lines, before }: GuardQuestion): readonly string[] {
  return lines.flatMap(({ kind, address, changes }) => {
    if (kind !== 'changed' && kind !== 'renamed') return [];
    const login = changes.find((change) => change.field === 'login');
    const user = before.get(login !== undefined && 'from' in login ? login.from : address);
    return user?.state === 'enabled' && removedFrom('privileges', changes).includes('LogOn') ? [address] : [];
  });
}

function findLostUsers(question: GuardQuestion): readonly Risk[] {
  const { counts, lines, before, policy } = question;
  const lockedOut = findLockedOut(question);
  const affected = counts.disabled + counts.removed + lockedOut.length;
  const present = before.values().reduce((sum, user) => sum + (user.state === 'missing' ? 0 : 1), 0);
  // The share is taken of those who are there: many missing ones must not hide that few of the rest go.
  const limit =
    affected > policy.limitUsers
      ? `more than ${policy.limitUsers} (sync.limitUsers)`
      : affected >= fewUsers && affected * 100 > policy.limitPercent * present
        ? `more than ${policy.limitPercent} % of ${present} (sync.limitPercent)`
        : undefined;
  if (limit === undefined) return [];
  const gone = `${counts.disabled} users would be disabled and ${counts.removed} removed`;
  const reason = `${gone}${lockedOut.length === 0 ? '' : `, and ${lockedOut.length} would lose LogOn`}: ${limit}`;
  const changes = lines.flatMap(({ kind, address }) =>
    kind === 'disabled' || kind === 'removed' ? [[kind, address]] : [],
  );
  return [{ reason, changes: [...changes, ...lockedOut.map((login) => ['locked out', login])] }];
}

function findLostMembers({ moves, before, groups, policy }: GuardQuestion): readonly Risk[] {
  const lost = [...moves.all()].flatMap(([id, { leavers }]) => {
    const group = groups.get(id);
    return group === undefined || leavers.length === 0 ? [] : { id, name: group.name, leavers };
  });
  if (lost.length === 0) return [];
  const members = new Map<string, number>(lost.map(({ id }) => [id, 0]));
  for (const { state, memberships } of before.values()) {
    if (state === 'missing') continue;
    for (const { groupId } of memberships) {
      const known = members.get(groupId);
      if (known !== undefined) members.set(groupId, known + 1);
    }
  }
  const risky = lost
    .map((group) => ({ ...group, of: members.get(group.id) ?? 0 }))
    .filter(({ leavers, of }) => of >= fewMembers && leavers.length * 100 > policy.limitMembersPercent * of)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (risky.length === 0) return [];
  const told = tellSome(risky.map(({ name, leavers, of }) => `${name} ${leavers.length} of ${of}`));
  const limit = `more than ${policy.limitMembersPercent} % (sync.limitMembersPercent)`;
  return [
    {
      reason: `groups of ${fewMembers} or more would lose members: ${told}: ${limit}`,
      changes: risky.flatMap(({ name, leavers }) => leavers.map((login) => ['left', name, login])),
    },
  ];
}

function findOpenedArchives({ lines, before, policy }: GuardQuestion): readonly Risk[] {
  const opened: { readonly login: string; readonly added: readonly string[] }[] = [];
  for (const { kind, address, changes } of lines) {
    const granted = addedTo('privileges', changes).filter(opensArchives);
    if (granted.length === 0) continue;
    const had = kind === 'new' ? [] : (before.get(address)?.privileges ?? []);
    const added = granted.filter((privilege) => !had.some((held) => isCoveredBy(privilege, held)));
    if (added.length > 0) opened.push({ login: address, added });
  }
  if (opened.length <= policy.limitArchiveGrants) return [];
  const limit = `more than ${policy.limitArchiveGrants} (sync.limitArchiveGrants)`;
  return [
    {
      reason: `archives of others would be opened to ${opened.length} people: ${limit}`,
      changes: opened.flatMap(({ login, added }) => added.map((privilege) => ['opened', login, privilege])),
    },
  ];
}

function findDoubtfulReturns({ lines }: GuardQuestion): readonly Risk[] {
  const doubtful = lines
    .filter(({ kind }) => kind === 'returned')
    .map(({ address, changes }) => ({ address, changes: changes.filter(({ field }) => namesPeople.has(field)) }))
    .filter(({ changes }) => changes.length > 0);
  if (doubtful.length === 0) return [];
  const told = tellSome(doubtful.map(({ address }) => address));
  return [
    {
      reason: `users who come back differ in names or aliases and may be somebody else: ${told}`,
      changes: doubtful.map(({ address, changes }) => ['returned', address, ...changes.flatMap(tellChange)]),
    },
  ];
}

/** Every change of rights, however small: nobody wrote down what is to hold now. */
function findDoubtfulRights({ lines, doubt }: GuardQuestion): readonly Risk[] {
  if (doubt === undefined) return [];
  const changes = lines.flatMap(({ address, changes: all }) => {
    const rights = all.filter(({ field }) => field === 'privileges' || field === 'roles');
    return rights.length === 0 ? [] : [['rights', address, ...rights.flatMap(tellChange)]];
  });
  const reason = `${doubt}; the rights of ${changes.length} users would change`;
  return changes.length === 0 ? [] : [{ reason, changes }];
}

const namesPeople: ReadonlySet<string> = new Set(['displayName', 'givenName', 'surname', 'addresses']);

function opensArchives(privilege: string): boolean {
  return archivePrivileges.some((right) => privilege.startsWith(`${right}:`));
}

function addedTo(field: string, changes: readonly FieldChange[]): readonly string[] {
  const change = changes.find((each) => each.field === field);
  return change !== undefined && 'added' in change ? change.added : [];
}

function removedFrom(field: string, changes: readonly FieldChange[]): readonly string[] {
  const change = changes.find((each) => each.field === field);
  return change !== undefined && 'removed' in change ? change.removed : [];
}

function tellChange(change: FieldChange): readonly string[] {
  if ('to' in change) return [change.field, change.from, change.to];
  return 'added' in change ? [change.field, ...change.added, '-', ...change.removed] : [];
}

function tellSome(texts: readonly string[]): string {
  const hidden = texts.length - namesTold;
  return hidden > 0 ? `${texts.slice(0, namesTold).join(', ')} and ${hidden} more` : texts.join(', ');
}
