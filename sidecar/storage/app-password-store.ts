import { type Model, Op, type Transaction } from 'sequelize';
import { type StoredAppPassword, toAppPasswordKey } from '../core/app-passwords.ts';
import { DomainError } from '../core/errors.ts';
import type { AppPasswordChange, AppPasswordStore } from '../core/ports/app-password-store.ts';
import type { Clock } from '../core/ports/clock.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';

interface AppPasswordRow {
  readonly id: string;
  readonly number: number;
  readonly userId: string;
  readonly name: string;
  readonly digest: string;
  readonly keyCheck: string;
  readonly listeners: string;
  readonly networks: string;
  readonly createdAt: StoredDate;
  readonly lastUsedOn: string | null;
  readonly removedAt: StoredDate | null;
}

/** Changes read by one statement. */
const changesAtOnce = 1_000;
/** Uses noted by one statement. */
const usesAtOnce = 500;
/** How long a process may be cut off from the database and still hear that a password was removed. */
const removedLifeMs = 30 * 24 * 60 * 60 * 1000;

/** App passwords in the database. */
export function createAppPasswordStore(database: Database, clock: Clock): AppPasswordStore {
  const table = database.tables.appPasswords;
  const inForce = { removedAt: null };

  /** The only writer, so no number is given twice; and the last change of all is always there. */
  async function takeNumber(transaction: Transaction): Promise<number> {
    return ((await table.max<number, Model>('number', { transaction })) ?? 0) + 1;
  }

  async function readOf(userId: string, transaction?: Transaction): Promise<readonly StoredAppPassword[]> {
    const where = { userId, ...inForce };
    const rows = await table.findAll({ raw: true, where, transaction: transaction ?? null });
    return (rows as unknown as AppPasswordRow[]).map(toAppPassword).sort(byName);
  }

  return {
    listOf: (userId) => database.run(() => readOf(userId)),
    async add(password, limits) {
      await database.write(async (transaction) => {
        const own = await readOf(password.userId, transaction);
        if (findNamed(own, password.name) !== undefined) throw taken(password.name);
        if (own.length >= limits.perUser) throw full(`the user has ${own.length} app passwords`);
        const all = await table.count({ where: inForce, transaction });
        if (all >= limits.inAll) throw full(`there are ${all} app passwords`);
        const number = await takeNumber(transaction);
        const before = new Date(clock.now().getTime() - removedLifeMs);
        await table.destroy({ where: { removedAt: { [Op.lt]: before } }, transaction });
        const { listeners, networks, lastUsedOn, ...plain } = password;
        const lists = { listeners: JSON.stringify(listeners), networks: JSON.stringify(networks) };
        const row = { ...plain, ...lists, number, lastUsedOn: lastUsedOn ?? null, removedAt: null };
        await insertRows(table, [row], transaction);
      });
    },
    async remove(userId, name) {
      return await database.write(async (transaction) => {
        const found = findNamed(await readOf(userId, transaction), name);
        if (found === undefined) throw unknown(name);
        const number = await takeNumber(transaction);
        const changes = { number, digest: '', removedAt: clock.now() };
        await table.update(changes, { where: { id: found.id }, transaction });
        return found.id;
      });
    },
    async readChanges(after) {
      const where = { number: { [Op.gt]: after } };
      const found = await database.run(() =>
        table.findAll({ raw: true, where, order: ['number'], limit: changesAtOnce }),
      );
      const rows = found as unknown as AppPasswordRow[];
      return {
        changes: rows.map(toChange),
        upTo: rows.at(-1)?.number ?? after,
        hasMore: rows.length === changesAtOnce,
      };
    },
    async noteUses(days) {
      const byDay = Map.groupBy(days, ([, day]) => day);
      for (const [day, uses] of byDay) {
        const ids = uses.map(([id]) => id);
        for (let start = 0; start < ids.length; start += usesAtOnce) {
          const where = {
            id: ids.slice(start, start + usesAtOnce),
            lastUsedOn: { [Op.or]: [{ [Op.is]: null }, { [Op.lt]: day }] },
          };
          await database.run(() => table.update({ lastUsedOn: day }, { where }));
        }
      }
    },
  };
}

function findNamed(passwords: readonly StoredAppPassword[], name: string): StoredAppPassword | undefined {
  return passwords.find((each) => toAppPasswordKey(each.name) === toAppPasswordKey(name));
}

function byName(a: StoredAppPassword, b: StoredAppPassword): number {
  return toAppPasswordKey(a.name) < toAppPasswordKey(b.name) ? -1 : 1;
}

function toChange(row: AppPasswordRow): AppPasswordChange {
  return row.removedAt === null ? { kind: 'added', password: toAppPassword(row) } : { kind: 'removed', id: row.id };
}

function toAppPassword(row: AppPasswordRow): StoredAppPassword {
  const { id, userId, name, digest, keyCheck } = row;
  return {
    ...{ id, userId, name, digest, keyCheck },
    listeners: JSON.parse(row.listeners) as string[],
    networks: JSON.parse(row.networks) as string[],
    createdAt: toDate(row.createdAt),
    lastUsedOn: row.lastUsedOn ?? undefined,
  };
}

function taken(name: string): DomainError {
  return new DomainError(
    'conflict',
    `the user has an app password ${JSON.stringify(name)} already; choose another name, or remove it first`,
  );
}

function full(what: string): DomainError {
  return new DomainError('conflict', `${what}, and no more are allowed; remove those that are not used`);
}

function unknown(name: string): DomainError {
  return new DomainError(
    'not_found',
    `the user has no app password ${JSON.stringify(name.slice(0, 80))}; see: users app-passwords list`,
  );
}
