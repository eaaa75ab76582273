import type { Transaction } from 'sequelize';
import type { Group, User } from '../core/model.ts';
import type { DirectoryChange, TouchedGroup } from '../core/ports/directory-store.ts';
import { deleteRows, insertRows, saveRows } from './bound-writes.ts';
import type { Row } from './row-sources.ts';
import { toGroupRow, toUserRow } from './rows.ts';
import type { Tables } from './tables.ts';

/** Entries turned into rows at a time: bounds the memory beside the change itself. */
const entriesAtATime = 2_000;

/** Writes a change within `transaction`. What belongs to a removed user or group goes with it. */
export async function writeChange(tables: Tables, change: DirectoryChange, transaction: Transaction): Promise<void> {
  await deleteRows(tables.users, 'id', change.users.removedIds, transaction);
  await deleteRows(tables.groups, 'id', change.groups.removedIds, transaction);
  await touchGroups(tables, change.groups.touched ?? [], transaction);
  for (const groups of inKeyOrder(change.groups.saved)) await saveGroups(tables, groups, transaction);
  for (const users of inKeyOrder(change.users.saved)) await saveUsers(tables, users, transaction);
}

async function touchGroups(
  { groups }: Tables,
  touched: readonly TouchedGroup[],
  transaction: Transaction,
): Promise<void> {
  for (const { id, modifiedAt } of touched) await groups.update({ modifiedAt }, { where: { id }, transaction });
}

async function saveGroups(tables: Tables, groups: readonly Group[], transaction: Transaction): Promise<void> {
  const ids = groups.map((group) => group.id);
  await saveRows(tables.groups, groups.map(toGroupRow), transaction);
  for (const table of [tables.groupAddresses, tables.groupMembers])
    await deleteRows(table, 'groupId', ids, transaction);
  await insertRows(
    tables.groupAddresses,
    groups.flatMap(({ id, addresses }) => addresses.map((address, position) => ({ groupId: id, position, address }))),
    transaction,
  );
  await insertRows(
    tables.groupMembers,
    groups.flatMap(({ id, members }) => members.map((member, position) => ({ groupId: id, position, member }))),
    transaction,
  );
}

async function saveUsers(tables: Tables, users: readonly User[], transaction: Transaction): Promise<void> {
  const ids = users.map((user) => user.id);
  await saveRows(tables.users, users.map(toUserRow), transaction);
  for (const table of [tables.userAddresses, tables.memberships, tables.userGrants]) {
    await deleteRows(table, 'userId', ids, transaction);
  }
  await insertRows(
    tables.userAddresses,
    users.flatMap(({ id, addresses }) => addresses.map((address, position) => ({ userId: id, position, address }))),
    transaction,
  );
  await insertRows(
    tables.memberships,
    users.flatMap(({ id, memberships }) => memberships.map(({ groupId, direct }) => ({ userId: id, groupId, direct }))),
    transaction,
  );
  await insertRows(tables.userGrants, users.flatMap(toGrantRows), transaction);
}

function toGrantRows({ id, privileges, roles }: User): Row[] {
  return [
    ...privileges.map((name) => ({ userId: id, kind: 'privilege', name })),
    ...roles.map((name) => ({ userId: id, kind: 'role', name })),
  ];
}

/** Portions sorted by id: ids are random, and rows that come in the order of their key fill a B-tree from one end. */
function* inKeyOrder<T extends { readonly id: string }>(entries: readonly T[]): Generator<readonly T[]> {
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (let start = 0; start < sorted.length; start += entriesAtATime) yield sorted.slice(start, start + entriesAtATime);
}
