import { createHash } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import type { LogoutMessage, LogoutQueue, QueuedLogout } from '../core/ports/logout-queue.ts';
import type { Database } from './database.ts';

interface QueueRow {
  readonly id: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly sessionId: string | null;
  readonly attempts: number;
  readonly queuedMs: number | string;
  readonly dueMs: number | string;
}

const columns = `id, client_id AS "clientId", account_id AS "accountId", session_id AS "sessionId", attempts,
  queued_ms AS "queuedMs", due_ms AS "dueMs"`;

/** The queue in the database of expiring state. Rejects as `Database.openState`. */
export async function createLogoutQueue(database: Database): Promise<LogoutQueue> {
  const state = await database.openState();
  const run = async <T>(sql: string, type: QueryTypes, bind: readonly (string | number | null)[]): Promise<T> => {
    return (await state.run(() => state.sequelize.query(sql, { type, bind: [...bind] }))) as unknown as T;
  };

  /** Whoever changes the time that he has seen has the message: of two at once only one does. */
  async function claimOne(row: QueueRow, hiddenUntil: Date): Promise<QueuedLogout | undefined> {
    const { id, clientId, accountId, sessionId, attempts, queuedMs, dueMs } = row;
    const changed = await run<number>(
      'UPDATE logout_queue SET due_ms = $1, attempts = attempts + 1 WHERE id = $2 AND due_ms = $3',
      QueryTypes.BULKUPDATE,
      [hiddenUntil.getTime(), id, Number(dueMs)],
    );
    if (changed !== 1) return undefined;
    const message = { clientId, accountId, sessionId: sessionId ?? undefined };
    return { id, ...message, queuedAt: new Date(Number(queuedMs)), attempts: attempts + 1 };
  }

  return {
    async add(messages, now) {
      for (const message of messages) {
        const { clientId, accountId, sessionId } = message;
        await run(
          `INSERT INTO logout_queue (id, client_id, account_id, session_id, attempts, queued_ms, due_ms)
            VALUES ($1, $2, $3, $4, 0, $5, $5) ON CONFLICT (id) DO NOTHING`,
          QueryTypes.INSERT,
          [toId(message), clientId, accountId, sessionId ?? null, now.getTime()],
        );
      }
    },
    async claim(limit, now, hiddenUntil) {
      const due = await run<QueueRow[]>(
        `SELECT ${columns} FROM logout_queue WHERE due_ms <= $1 ORDER BY due_ms LIMIT $2`,
        QueryTypes.SELECT,
        [now.getTime(), limit],
      );
      const claimed: QueuedLogout[] = [];
      for (const row of due) {
        const one = await claimOne(row, hiddenUntil);
        if (one !== undefined) claimed.push(one);
      }
      return claimed;
    },
    async postpone(id, until) {
      await run('UPDATE logout_queue SET due_ms = $1 WHERE id = $2', QueryTypes.BULKUPDATE, [until.getTime(), id]);
    },
    async remove(id) {
      await run('DELETE FROM logout_queue WHERE id = $1', QueryTypes.BULKDELETE, [id]);
    },
  };
}

/** The same for the same message, so that it is queued once. */
function toId({ clientId, accountId, sessionId }: LogoutMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, accountId, sessionId ?? null]))
    .digest('base64url');
}
