import { Op, QueryTypes, type Transaction } from 'sequelize';
import { resolveLinks } from '../core/manual-users/links.ts';
import type { User } from '../core/model.ts';
import type { DirectoryChanges, DirectoryDifference } from '../core/ports/directory-changes.ts';
import type { DirectoryChange } from '../core/ports/directory-store.ts';
import { deleteRowsUpTo, insertRows, sourceFor } from './bound-writes.ts';
import type { Database } from './database.ts';
import { readGeneration, readGroupNames, readUsersById } from './directory-reader.ts';
import type { Table } from './tables.ts';

/** A commit of more entries is not listed, and a difference of more is not told: to read everything is as quick. */
const maxEntries = 500;
/** Commits that are listed: a service that heard of none of so many reads everything. */
const keptCommits = 200;

interface ChangeRow {
  readonly kind: 'commit' | 'user' | 'group';
  readonly entryId: string;
}

/** Lists what a commit changed, and forgets old commits. */
export async function recordChanges(
  table: Table,
  generation: number,
  { users, groups }: DirectoryChange,
  transaction: Transaction,
): Promise<void> {
  await deleteRowsUpTo(table, 'generation', generation - keptCommits, transaction);
  const userIds = [...users.saved.map(({ id }) => id), ...users.removedIds];
  const touched = groups.touched?.map(({ id }) => id) ?? [];
  const groupIds = new Set([...groups.saved.map(({ id }) => id), ...groups.removedIds, ...touched]);
  if (userIds.length + groupIds.size > maxEntries) return;
  const rows = [
    { generation, kind: 'commit', entryId: '' },
    ...userIds.map((entryId) => ({ generation, kind: 'user', entryId })),
    ...[...groupIds].map((entryId) => ({ generation, kind: 'group', entryId })),
  ];
  await insertRows(table, rows, transaction);
}

/** What {@link recordChanges} listed, with the entries as they are now. */
export function createDirectoryChanges(database: Database): DirectoryChanges {
  return {
    since: (generation) => database.read((transaction) => readDifference(database, generation, transaction)),
  };
}

async function readDifference(
  database: Database,
  since: number,
  transaction: Transaction,
): Promise<DirectoryDifference | undefined> {
  const generation = await readGeneration(database, transaction);
  const commits = generation - since;
  // A database that was put back to an earlier state tells nothing about ours.
  if (since === 0 || commits < 0 || commits > keptCommits) return undefined;
  const rows = (await database.tables.directoryChanges.findAll({
    raw: true,
    transaction,
    attributes: ['kind', 'entryId'],
    where: { generation: { [Op.gt]: since } },
    limit: keptCommits + 2 * maxEntries,
  })) as unknown as ChangeRow[];
  if (rows.filter(({ kind }) => kind === 'commit').length !== commits) return undefined;
  const idsOf = (kind: ChangeRow['kind']) => [
    ...new Set(rows.filter((row) => row.kind === kind).map(({ entryId }) => entryId)),
  ];
  const [userIds, groupIds] = [idsOf('user'), idsOf('group')];
  if (userIds.length + groupIds.length > maxEntries) return undefined;
  const groups = await readGroupNames(database, transaction, groupIds);
  // The DN of a group that is gone stands in its members' entries.
  if (groups.size < groupIds.length) return undefined;
  const users = await readServed(database, userIds, transaction);
  const removedUsers = userIds.filter((id) => !users.some((user) => user.id === id));
  return { generation, users, removedUsers, groups: [...groups.values()] };
}

/** Users by id and the manual users linked to them, with links resolved. */
async function readServed(
  database: Database,
  ids: readonly string[],
  transaction: Transaction,
): Promise<readonly User[]> {
  const linked = await select(
    database,
    `SELECT m.id FROM users m JOIN user_addresses a ON a.address = m.password_of
      WHERE m.password_of IS NOT NULL AND a.user_id`,
    ids,
    transaction,
  );
  const wanted = new Set([...ids, ...linked]);
  const accounts = await select(
    database,
    `SELECT a.user_id AS id FROM user_addresses a JOIN users m ON m.password_of = a.address
      WHERE m.password_of IS NOT NULL AND m.id`,
    [...wanted],
    transaction,
  );
  const users = await readUsersById(database, [...wanted.union(new Set(accounts))], transaction);
  const served = resolveLinks({ generation: 0, users, groups: new Map() }).users;
  return [...served.values()].filter(({ id }) => wanted.has(id));
}

/** Ids that a statement finds which ends with the name of the column that is to be one of `ids`. */
async function select(
  { sequelize, tables }: Database,
  sql: string,
  ids: readonly string[],
  transaction: Transaction,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const choice = sourceFor(tables.users).toChoice(ids);
  const rows = await sequelize.query<{ readonly id: string }>(`${sql} ${choice.sql}`, {
    type: QueryTypes.SELECT,
    bind: [...choice.bind],
    transaction,
  });
  return rows.map(({ id }) => id);
}
