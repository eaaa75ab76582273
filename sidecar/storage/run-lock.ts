import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { QueryTypes } from 'sequelize';
import { DomainError } from '../core/errors.ts';
import type { HeldLock, LockHolder, RunLock } from '../core/ports/run-lock.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';

const longestTtlMs = 24 * 60 * 60 * 1000;
/** The lock may be given back between the question for it and the question for its holder. */
const maxTries = 5;

interface LockRow {
  readonly token: string;
  readonly holder: string;
  // BIGINT comes as text from PostgreSQL.
  readonly sinceMs: number | string;
  readonly expiresMs: number | string;
}

/** Locks in the database of expiring state, by the clock of the database. A holder is named `host:process id`. */
export function createRunLock(database: Database): RunLock {
  return {
    async acquire(name, ttlMs) {
      if (!(ttlMs >= 1 && ttlMs <= longestTtlMs)) throw new TypeError(`a lock cannot live for ${ttlMs} ms`);
      const state = await database.openState();
      const token = randomUUID();
      for (let attempt = 1; attempt <= maxTries; attempt++) {
        await takeIfFree(state, name, token, ttlMs);
        const row = await findRow(state, name);
        if (row?.token === token) return { kind: 'held', lock: holdLock(state, name, token, ttlMs) };
        if (row !== undefined) return { kind: 'taken', by: toHolder(row) };
      }
      throw new DomainError(
        'upstream_unavailable',
        `the lock ${name} in ${state.name} changes hands too fast; try again`,
      );
    },
  };
}

function holdLock(state: Connection, name: string, token: string, ttlMs: number): HeldLock {
  const { nowMs } = state.dialect;
  const change = (type: QueryTypes.BULKUPDATE | QueryTypes.BULKDELETE, sql: string, bind: (string | number)[]) =>
    state.run(() => state.sequelize.query(sql, { type, bind }) as Promise<unknown>);
  return {
    async renew() {
      const renewed = await change(
        QueryTypes.BULKUPDATE,
        `UPDATE run_locks SET expires_ms = ${nowMs} + $3 WHERE name = $1 AND token = $2 AND expires_ms > ${nowMs}`,
        [name, token, Math.trunc(ttlMs)],
      );
      return renewed === 1;
    },
    async release() {
      await change(QueryTypes.BULKDELETE, 'DELETE FROM run_locks WHERE name = $1 AND token = $2', [name, token]);
    },
  };
}

/** One statement finds out whether the lock is free and takes it; whose it is then is in the row. */
async function takeIfFree(state: Connection, name: string, token: string, ttlMs: number): Promise<void> {
  const { nowMs } = state.dialect;
  const sql = `INSERT INTO run_locks (name, token, holder, since_ms, expires_ms) VALUES ($1, $2, $3, ${nowMs}, ${nowMs} + $4)
    ON CONFLICT (name) DO UPDATE SET token = excluded.token, holder = excluded.holder, since_ms = excluded.since_ms,
    expires_ms = excluded.expires_ms WHERE run_locks.expires_ms <= ${nowMs}`;
  const bind = [name, token, `${hostname()}:${process.pid}`, Math.trunc(ttlMs)];
  await state.run(() => state.sequelize.query(sql, { type: QueryTypes.INSERT, bind }));
}

/** The row of a lock whose time has not run out. */
async function findRow(state: Connection, name: string): Promise<LockRow | undefined> {
  const sql = `SELECT token, holder, since_ms AS "sinceMs", expires_ms AS "expiresMs" FROM run_locks
    WHERE name = $1 AND expires_ms > ${state.dialect.nowMs}`;
  const [row] = await state.run(() => state.sequelize.query<LockRow>(sql, { type: QueryTypes.SELECT, bind: [name] }));
  return row;
}

function toHolder({ holder, sinceMs, expiresMs }: LockRow): LockHolder {
  return { holder, since: new Date(Number(sinceMs)), expiresAt: new Date(Number(expiresMs)) };
}
