import { QueryTypes, type Transaction } from 'sequelize';
import type { Connection } from './connection.ts';

/** `failed` is a failure that counts, `withdrawn` one that no longer does; `cleared` stands for itself. */
export type FailureRowKind = 'cleared' | 'failed' | 'withdrawn';

export interface FailureRow {
  readonly id: string;
  readonly kind: FailureRowKind;
  readonly subjectKind: 'account' | 'address';
  readonly subjectHash: string;
  readonly sealedKey: string;
  readonly atMs: number;
  readonly keepUntilMs: number;
  readonly changedMs: number;
  readonly changedBy: string;
}

export type NewFailureRow = Omit<FailureRow, 'changedMs'>;

/** Rows read by one statement. */
const pageRows = 1000;
/** Rows removed by one statement: nobody waits long for it. */
const removedAtOnce = 500;

const columns = `id, kind, subject_kind AS "subjectKind", subject_hash AS "subjectHash", sealed_key AS "sealedKey",
  at_ms AS "atMs", keep_until_ms AS "keepUntilMs", changed_ms AS "changedMs", changed_by AS "changedBy"`;

/** Adds a row; one with its id that is there already stays as it is. */
export async function insertFailureRow(
  state: Connection,
  row: NewFailureRow,
  transaction?: Transaction,
): Promise<void> {
  const { id, kind, subjectKind, subjectHash, sealedKey, atMs, keepUntilMs, changedBy } = row;
  const sql = `INSERT INTO failure_counters
    (id, kind, subject_kind, subject_hash, sealed_key, at_ms, keep_until_ms, changed_by, changed_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${state.dialect.nowMs}) ON CONFLICT (id) DO NOTHING`;
  const bind = [id, kind, subjectKind, subjectHash, sealedKey, atMs, keepUntilMs, changedBy];
  await state.sequelize.query(sql, { type: QueryTypes.INSERT, bind, transaction: transaction ?? null });
}

/** Makes a failure one that no longer counts. */
export async function withdrawFailureRow(state: Connection, id: string, changedBy: string): Promise<void> {
  const sql = `UPDATE failure_counters SET kind = 'withdrawn', changed_ms = ${state.dialect.nowMs}, changed_by = $2
    WHERE id = $1 AND kind = 'failed'`;
  await state.run(() => state.sequelize.query(sql, { type: QueryTypes.BULKUPDATE, bind: [id, changedBy] }));
}

/** Puts `cleared` in the place of all rows of its subject. */
export async function clearFailureRows(state: Connection, cleared: NewFailureRow): Promise<void> {
  await state.write(async (transaction) => {
    const sql = 'DELETE FROM failure_counters WHERE subject_hash = $1';
    const bind = [cleared.subjectHash];
    await state.sequelize.query(sql, { type: QueryTypes.BULKDELETE, bind, transaction });
    await insertFailureRow(state, cleared, transaction);
  });
}

/** The database's own time, in milliseconds since 1970. */
export async function readDatabaseTime(state: Connection): Promise<number> {
  const sql = `SELECT ${state.dialect.nowMs} AS now`;
  const [row] = await state.run(() =>
    state.sequelize.query<{ now: number | string }>(sql, { type: QueryTypes.SELECT }),
  );
  return Number(row?.now);
}

/** Gives the rows changed at `sinceMs` or later, in the order of their changes, page by page. */
export async function* readFailureRows(state: Connection, sinceMs: number): AsyncGenerator<readonly FailureRow[]> {
  let after: readonly [number, string, string] = [Math.trunc(sinceMs), '', ''];
  for (;;) {
    const sql = `SELECT ${columns} FROM failure_counters WHERE (changed_ms, kind, id) > ($1, $2, $3)
      ORDER BY changed_ms, kind, id LIMIT ${pageRows}`;
    const rows = await state.run(() =>
      state.sequelize.query<FailureRow>(sql, { type: QueryTypes.SELECT, bind: [...after] }),
    );
    const page = rows.map(toRow);
    yield page;
    const last = page.at(-1);
    if (page.length < pageRows || last === undefined) return;
    after = [last.changedMs, last.kind, last.id];
  }
}

/** When failures that still count happened, the latest first. */
export async function readFailureTimes(
  state: Connection,
  subjectHash: string,
  most: number,
): Promise<readonly number[]> {
  const sql = `SELECT at_ms AS "atMs" FROM failure_counters WHERE subject_hash = $1 AND kind = 'failed'
    AND keep_until_ms > ${state.dialect.nowMs} ORDER BY at_ms DESC LIMIT ${Math.trunc(most)}`;
  const rows = await state.run(() =>
    state.sequelize.query<{ atMs: number | string }>(sql, { type: QueryTypes.SELECT, bind: [subjectHash] }),
  );
  return rows.map(({ atMs }) => Number(atMs));
}

/** Removes some of the rows that nobody needs any more, and the oldest where there are more than `most`. */
export async function removeSpentRows(state: Connection, nowMs: number, most: number): Promise<void> {
  const remove = (choice: string, bind: readonly number[]) =>
    state.run(
      () =>
        state.sequelize.query(`DELETE FROM failure_counters WHERE id IN (${choice})`, {
          type: QueryTypes.BULKDELETE,
          bind: [...bind],
        }) as Promise<unknown>,
    );
  await remove(
    `SELECT id FROM failure_counters WHERE keep_until_ms <= $1 ORDER BY keep_until_ms LIMIT ${removedAtOnce}`,
    [nowMs],
  );
  const [row] = await state.run(() =>
    state.sequelize.query<{ count: number | string }>('SELECT count(*) AS count FROM failure_counters', {
      type: QueryTypes.SELECT,
    }),
  );
  const excess = Math.min(Number(row?.count) - most, removedAtOnce);
  if (excess > 0) await remove('SELECT id FROM failure_counters ORDER BY changed_ms LIMIT $1', [excess]);
}

// BIGINT comes as text from PostgreSQL.
function toRow(row: FailureRow): FailureRow {
  const { atMs, keepUntilMs, changedMs } = row;
  return { ...row, atMs: Number(atMs), keepUntilMs: Number(keepUntilMs), changedMs: Number(changedMs) };
}
