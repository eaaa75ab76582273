import type { Group, Membership, User, UserState } from '../core/model.ts';
import type { GroupName, LoginName } from '../core/names.ts';
import type { RunOutcome, RunRecord } from '../core/ports/directory-store.ts';
import type { Row } from './bound-writes.ts';

/** Rows as the drivers give them: SQLite has dates as text and truth as 0 and 1, PostgreSQL has both as they are. */
export type StoredDate = string | Date;
type StoredBoolean = boolean | number;

export interface UserRow {
  readonly id: string;
  readonly sourceId: string;
  readonly origin: User['origin'];
  readonly login: LoginName;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly description: string;
  readonly telephoneNumber: string;
  readonly state: UserState;
  readonly missingSince: StoredDate | null;
  readonly createdAt: StoredDate;
  readonly modifiedAt: StoredDate;
}

export interface GroupRow {
  readonly id: string;
  readonly sourceId: string;
  readonly kind: Group['kind'];
  readonly name: GroupName;
  readonly displayName: string;
  readonly description: string;
  readonly createdAt: StoredDate;
  readonly modifiedAt: StoredDate;
}

export interface MembershipRow {
  readonly userId: string;
  readonly groupId: string;
  readonly direct: StoredBoolean;
}

export interface UserAddressRow {
  readonly userId: string;
  readonly address: string;
}

export interface GroupAddressRow {
  readonly groupId: string;
  readonly address: string;
}

export interface GroupMemberRow {
  readonly groupId: string;
  readonly member: string;
}

export interface GrantRow {
  readonly userId: string;
  readonly kind: 'privilege' | 'role';
  readonly name: string;
}

export interface RunRow {
  readonly id: string;
  readonly sourceId: string;
  readonly startedAt: StoredDate;
  readonly endedAt: StoredDate;
  readonly outcome: RunOutcome;
  readonly summary: string;
}

/** Everything of a user that stands in the row itself. */
export function toUserRow(user: User): Row {
  return {
    id: user.id,
    sourceId: user.sourceId,
    origin: user.origin,
    login: user.login,
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    description: user.description,
    telephoneNumber: user.telephoneNumber,
    state: user.state,
    missingSince: user.missingSince ?? null,
    createdAt: user.createdAt,
    modifiedAt: user.modifiedAt,
  };
}

export function toUser(row: UserRow, parts: Pick<User, 'addresses' | 'memberships' | 'privileges' | 'roles'>): User {
  return {
    ...row,
    missingSince: row.missingSince === null ? undefined : toDate(row.missingSince),
    createdAt: toDate(row.createdAt),
    modifiedAt: toDate(row.modifiedAt),
    ...parts,
  };
}

/** Everything of a group that stands in the row itself. */
export function toGroupRow(group: Group): Row {
  return {
    id: group.id,
    sourceId: group.sourceId,
    kind: group.kind,
    name: group.name,
    displayName: group.displayName,
    description: group.description,
    createdAt: group.createdAt,
    modifiedAt: group.modifiedAt,
  };
}

export function toGroup(row: GroupRow, parts: Pick<Group, 'addresses' | 'members'>): Group {
  return { ...row, createdAt: toDate(row.createdAt), modifiedAt: toDate(row.modifiedAt), ...parts };
}

export function toMembership(row: MembershipRow): Membership {
  return { groupId: row.groupId, direct: Boolean(row.direct) };
}

export function toRunRow(run: RunRecord, generation: number | null): Row {
  return {
    id: run.id,
    sourceId: run.sourceId,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    outcome: run.outcome,
    summary: run.summary,
    generation,
  };
}

export function toRunRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    sourceId: row.sourceId,
    startedAt: toDate(row.startedAt),
    endedAt: toDate(row.endedAt),
    outcome: row.outcome,
    summary: row.summary,
  };
}

function toDate(stored: StoredDate): Date {
  return typeof stored === 'string' ? new Date(stored.replace(' ', 'T').replace(' +00:00', 'Z')) : stored;
}
