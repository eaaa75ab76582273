import { Op, type Transaction, type WhereOptions } from 'sequelize';
import { DomainError } from '../core/errors.ts';
import type { Directory, Group, HeldSince, Membership, User } from '../core/model.ts';
import type { Database } from './database.ts';
import {
  type GrantRow,
  type GroupAddressRow,
  type GroupMemberRow,
  type GroupRow,
  type MembershipRow,
  type Sharing,
  toDate,
  toGroup,
  toUser,
  type UserAddressRow,
  type UserRow,
} from './rows.ts';
import type { Table } from './tables.ts';

/** Users or groups read at a time, with all that belongs to them: bounds the memory beside the result. */
const pageSize = 5_000;

/** The generation now stored. Rejects with `upstream_unavailable` when the row that holds it is gone. */
export async function readGeneration(database: Database, transaction?: Transaction): Promise<number> {
  const state = await database.tables.directoryState.findByPk(1, { raw: true, transaction: transaction ?? null });
  const generation: unknown = state === null ? undefined : (state as unknown as { generation: unknown }).generation;
  if (typeof generation === 'number') return generation;
  throw new DomainError(
    'upstream_unavailable',
    `the database ${database.name} is damaged (no generation); restore a backup`,
  );
}

/** Reads the whole directory; one version of it when all runs in `transaction`. */
export async function readDirectory(database: Database, transaction: Transaction): Promise<Directory> {
  const generation = await readGeneration(database, transaction);
  const groups = await readGroups(database, transaction);
  const users = await readUsers(database, transaction);
  return { generation, users, groups };
}

/** The users with these ids, as far as there are any; a few hundred at most. */
export async function readUsersById(
  database: Database,
  ids: readonly string[],
  transaction: Transaction,
): Promise<Map<string, User>> {
  return await readUsers(database, transaction, ids);
}

/** The groups with these ids, as far as there are any, without their members; all groups where none are named. */
export async function readGroupNames(
  { tables }: Database,
  transaction: Transaction,
  ids?: readonly string[],
): Promise<Map<string, Group>> {
  const chosen = ids && { [Op.in]: [...ids] };
  const rows = await readOrdered<GroupRow>(
    tables.groups,
    chosen === undefined ? {} : { id: chosen },
    ['id'],
    transaction,
  );
  const addresses = gather(
    await readOrdered<GroupAddressRow>(
      tables.groupAddresses,
      chosen === undefined ? {} : { groupId: chosen },
      ['groupId', 'position'],
      transaction,
    ),
    (row) => row.groupId,
    (row) => row.address,
  );
  return new Map(rows.map((row) => [row.id, toGroup(row, { addresses: addresses.get(row.id) ?? [], members: [] })]));
}

async function readGroups({ tables }: Database, transaction: Transaction): Promise<Map<string, Group>> {
  const groups = new Map<string, Group>();
  for await (const page of readPages<GroupRow>(tables.groups, transaction)) {
    const ofPage = { groupId: page.owners };
    const addresses = gather(
      await readOrdered<GroupAddressRow>(tables.groupAddresses, ofPage, ['groupId', 'position'], transaction),
      (row) => row.groupId,
      (row) => row.address,
    );
    const members = gather(
      await readOrdered<GroupMemberRow>(tables.groupMembers, ofPage, ['groupId', 'position'], transaction),
      (row) => row.groupId,
      (row) => row.member,
    );
    for (const row of page.rows) {
      groups.set(row.id, toGroup(row, { addresses: addresses.get(row.id) ?? [], members: members.get(row.id) ?? [] }));
    }
  }
  return groups;
}

/** All users, or those with the ids. */
async function readUsers(
  { tables }: Database,
  transaction: Transaction,
  ids?: readonly string[],
): Promise<Map<string, User>> {
  const users = new Map<string, User>();
  const sharing = createSharing();
  const { text: share } = sharing;
  const pages =
    ids === undefined
      ? readPages<UserRow>(tables.users, transaction)
      : readChosen<UserRow>(tables.users, ids, transaction);
  for await (const page of pages) {
    const ofPage = { userId: page.owners };
    const addresses = gather(
      await readOrdered<UserAddressRow>(tables.userAddresses, ofPage, ['userId', 'position'], transaction),
      (row) => row.userId,
      (row) => row.address,
    );
    const memberships = gather(
      await readOrdered<MembershipRow>(tables.memberships, ofPage, ['userId', 'groupId'], transaction),
      (row) => row.userId,
      sharing.membership,
    );
    const grants = await readOrdered<GrantRow>(tables.userGrants, ofPage, ['userId', 'kind', 'name'], transaction);
    const named = (kind: GrantRow['kind']) =>
      gather(
        grants.filter((row) => row.kind === kind),
        (row) => row.userId,
        (row) => share(row.name),
      );
    const privileges = named('privilege');
    const roles = named('role');
    for (const row of page.rows) {
      users.set(
        row.id,
        toUser(
          row,
          {
            // A slice has no spare room, as a list that has grown: it would be most of it.
            addresses: (addresses.get(row.id) ?? []).slice(),
            memberships: (memberships.get(row.id) ?? []).sort((a, b) => (a.groupId < b.groupId ? -1 : 1)).slice(),
            privileges: sharing.names((privileges.get(row.id) ?? []).sort()),
            roles: sharing.names((roles.get(row.id) ?? []).sort()),
          },
          sharing,
        ),
      );
    }
  }
  return users;
}

interface Page<T> {
  readonly rows: readonly T[];
  /** Which ids these are, as a condition on what belongs to them. */
  readonly owners: { readonly [Op.between]: [string, string] } | { readonly [Op.in]: string[] };
}

/** Ids stand anywhere in the table: what belongs to those between them is not wanted. */
async function* readChosen<T extends { readonly id: string }>(
  table: Table,
  ids: readonly string[],
  transaction: Transaction,
): AsyncGenerator<Page<T>> {
  if (ids.length === 0) return;
  const owners = { [Op.in]: [...ids] };
  yield { rows: await readOrdered<T>(table, { id: owners }, ['id'], transaction), owners };
}

async function* readPages<T extends { readonly id: string }>(
  table: Table,
  transaction: Transaction,
): AsyncGenerator<Page<T>> {
  let last: string | undefined;
  for (;;) {
    const rows = (await table.findAll({
      raw: true,
      transaction,
      order: ['id'],
      limit: pageSize,
      ...(last === undefined ? {} : { where: { id: { [Op.gt]: last } } }),
    })) as unknown as T[];
    const first = rows[0]?.id;
    last = rows.at(-1)?.id;
    if (first === undefined || last === undefined) return;
    yield { rows, owners: { [Op.between]: [first, last] } };
  }
}

async function readOrdered<T>(
  table: Table,
  where: WhereOptions,
  order: string[],
  transaction: Transaction,
): Promise<T[]> {
  return (await table.findAll({ raw: true, transaction, where, order })) as unknown as T[];
}

function gather<T, V>(rows: readonly T[], ownerOf: (row: T) => string, toValue: (row: T) => V): Map<string, V[]> {
  const byOwner = new Map<string, V[]>();
  for (const row of rows) {
    const values = byOwner.get(ownerOf(row));
    if (values === undefined) byOwner.set(ownerOf(row), [toValue(row)]);
    else values.push(toValue(row));
  }
  return byOwner;
}

/** Equal values become one: the driver makes a new string of every value, and a group's id stands in every member. */
function createSharing(): Sharing {
  const texts = new Map<string, string>();
  const parsed = new Map<string, unknown>();
  const nameLists = new Map<string, readonly string[]>();
  const listed = new Map<string, Membership>();
  const inherited = new Map<string, Membership>();
  const dates = new Map<number, Date>();
  const parse = (json: string) => {
    const value: unknown = parsed.get(json) ?? JSON.parse(json);
    parsed.set(json, value);
    return value;
  };
  return {
    text<T extends string>(text: T) {
      const found = texts.get(text);
      if (found !== undefined) return found as T;
      texts.set(text, text);
      return text;
    },
    list: (json) => parse(json) as readonly string[],
    times: (json) => parse(json) as HeldSince,
    names(names) {
      const key = names.join('\n');
      const shared = nameLists.get(key) ?? names;
      nameLists.set(key, shared);
      return shared;
    },
    membership({ groupId, direct }) {
      const ofKind = direct ? listed : inherited;
      const shared = ofKind.get(groupId) ?? { groupId, direct: Boolean(direct) };
      ofKind.set(groupId, shared);
      return shared;
    },
    time(stored) {
      const date = toDate(stored);
      const time = dates.get(date.getTime()) ?? date;
      dates.set(date.getTime(), time);
      return time;
    },
  };
}
