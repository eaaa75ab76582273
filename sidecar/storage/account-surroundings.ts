import { QueryTypes, type Transaction } from 'sequelize';
import type { Group } from '../core/model.ts';
import { localPartOf } from '../core/names.ts';
import type { AccountSurroundings, Surroundings } from '../core/ports/account-surroundings.ts';
import { sourceFor } from './bound-writes.ts';
import type { Database } from './database.ts';
import { readGeneration, readGroupNames, readUsersById } from './directory-reader.ts';
import { type GroupMemberRow, type StoredDate, toDate } from './rows.ts';

/** One tells that a short name is shared; more say nothing further. */
const maxNamesakes = 3;

/** What is stored around one account, found by indexes but for the members of groups, which are looked through. */
export function createAccountSurroundings(database: Database): AccountSurroundings {
  return { of: (addresses) => database.read((transaction) => readAround(database, addresses, transaction)) };
}

async function readAround(
  database: Database,
  addresses: readonly string[],
  transaction: Transaction,
): Promise<Surroundings> {
  const { sequelize, tables } = database;
  const select = <Row extends object>(sql: string, bind: readonly unknown[]) =>
    sequelize.query<Row>(sql, { type: QueryTypes.SELECT, bind: [...bind], transaction });
  const choose = <Row extends object>(sql: string, texts: Iterable<string>) => {
    const choice = sourceFor(tables.users).toChoice([...texts]);
    return select<Row>(`${sql} ${choice.sql}`, choice.bind);
  };
  const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

  const generation = await readGeneration(database, transaction);
  const owners = await choose<{ id: string }>(
    'SELECT DISTINCT user_id AS id FROM user_addresses WHERE address',
    addresses,
  );
  const local = localPartOf(addresses[0] ?? '');
  // `A` comes behind `@`.
  const namesakes = await select<{ id: string }>(
    `SELECT user_id AS id FROM user_addresses WHERE address >= $1 AND address < $2 AND position = 0 LIMIT ${maxNamesakes}`,
    [`${local}@`, `${local}A`],
  );
  const near = await readUsersById(database, idsOf([...owners, ...namesakes]), transaction);
  const names = new Set([...addresses, ...[...near.values()].flatMap((user) => user.addresses)]);
  const linked = await choose<{ id: string }>(
    'SELECT id FROM users WHERE password_of IS NOT NULL AND password_of',
    names,
  );
  const users = await readUsersById(database, [...new Set([...near.keys(), ...idsOf(linked)])], transaction);
  for (const user of users.values()) for (const address of user.addresses) names.add(address);

  const groups = await readGroupNames(database, transaction);
  const rows = await choose<GroupMemberRow>(
    `SELECT group_id AS "groupId", member FROM group_members
      WHERE ltrim(member) LIKE '[%' OR lower(trim(member)) IN (SELECT address FROM group_addresses) OR lower(trim(member))`,
    names,
  );
  const latest = await select<{ at: StoredDate | null }>(
    'SELECT max(at) AS at FROM (SELECT max(modified_at) AS at FROM users UNION ALL SELECT max(modified_at) FROM groups) AS times',
    [],
  );
  const changedAt = latest[0]?.at ?? undefined;
  return {
    directory: { generation, users, groups: withMembers(groups, rows) },
    changedAt: changedAt === undefined ? undefined : toDate(changedAt),
  };
}

function withMembers(groups: ReadonlyMap<string, Group>, rows: readonly GroupMemberRow[]): ReadonlyMap<string, Group> {
  const members = Map.groupBy(rows, ({ groupId }) => groupId);
  return new Map(
    [...groups].map(([id, group]) => [id, { ...group, members: members.get(id)?.map(({ member }) => member) ?? [] }]),
  );
}
