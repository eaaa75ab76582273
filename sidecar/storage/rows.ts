import type { AccountFacts, Group, HeldSince, Membership, User, UserState } from '../core/model.ts';
import type { GroupName, LoginName } from '../core/names.ts';
import type { RunOutcome, RunRecord } from '../core/ports/directory-store.ts';
import type { Row } from './row-sources.ts';

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
  readonly admin: AccountFacts['admin'];
  readonly isBlocked: StoredBoolean | null;
  readonly passwordCheck: NonNullable<AccountFacts['passwordCheck']> | null;
  readonly loginText: string | null;
  readonly accountCreatedOn: string | null;
  readonly accountExpiresOn: string | null;
  readonly rowHash: string;
  readonly readAt: StoredDate | null;
  readonly defaultsGiven: string | null;
  readonly heldSince: string | null;
  readonly passwordOf: LoginName | null;
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
export function toUserRow({ facts, ...user }: User): Row {
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
    admin: facts.admin,
    isBlocked: facts.isBlocked ?? null,
    passwordCheck: facts.passwordCheck ?? null,
    loginText: facts.loginText ?? null,
    accountCreatedOn: facts.createdOn ?? null,
    accountExpiresOn: facts.expiresOn ?? null,
    rowHash: facts.rowHash,
    readAt: facts.readAt ?? null,
    defaultsGiven: facts.defaultsGiven === undefined ? null : JSON.stringify(facts.defaultsGiven),
    heldSince: facts.heldSince === undefined ? null : JSON.stringify(facts.heldSince),
    passwordOf: user.passwordOf ?? null,
  };
}

/** Makes one of equal values: the driver gives a new text for every one. */
export interface Sharing {
  text<T extends string>(text: T): T;
  /** The list that a JSON text holds. */
  list(json: string): readonly string[];
  names(names: readonly string[]): readonly string[];
  membership(row: MembershipRow): Membership;
  time(stored: StoredDate): Date;
  /** The times that a JSON text holds. */
  times(json: string): HeldSince;
}

export function toUser(
  row: UserRow,
  parts: Pick<User, 'addresses' | 'memberships' | 'privileges' | 'roles'>,
  sharing: Sharing,
): User {
  const { text: share, time } = sharing;
  // Field by field: made of parts it would take half as much memory again.
  const user: User = {
    id: row.id,
    sourceId: share(row.sourceId),
    origin: share(row.origin),
    login: row.login,
    displayName: row.displayName,
    givenName: row.givenName,
    surname: row.surname,
    description: row.description,
    telephoneNumber: row.telephoneNumber,
    state: share(row.state),
    missingSince: row.missingSince === null ? undefined : time(row.missingSince),
    createdAt: time(row.createdAt),
    modifiedAt: time(row.modifiedAt),
    facts: toFacts(row, sharing),
    addresses: parts.addresses,
    memberships: parts.memberships,
    privileges: parts.privileges,
    roles: parts.roles,
  };
  return row.passwordOf === null ? user : { ...user, passwordOf: row.passwordOf };
}

function toFacts(row: UserRow, { text: share, list, times, time }: Sharing): AccountFacts {
  return {
    admin: share(row.admin),
    isBlocked: row.isBlocked === null ? undefined : Boolean(row.isBlocked),
    passwordCheck: row.passwordCheck === null ? undefined : share(row.passwordCheck),
    loginText: row.loginText ?? undefined,
    createdOn: row.accountCreatedOn === null ? undefined : share(row.accountCreatedOn),
    expiresOn: row.accountExpiresOn === null ? undefined : share(row.accountExpiresOn),
    rowHash: row.rowHash,
    readAt: row.readAt === null ? undefined : time(row.readAt),
    ...(row.defaultsGiven === null ? {} : { defaultsGiven: list(row.defaultsGiven) }),
    ...(row.heldSince === null ? {} : { heldSince: times(row.heldSince) }),
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

/** A time as either product gives it. */
export function toDate(stored: StoredDate): Date {
  return typeof stored === 'string' ? new Date(stored.replace(' ', 'T').replace(' +00:00', 'Z')) : stored;
}
