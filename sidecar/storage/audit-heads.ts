import { QueryTypes } from 'sequelize';
import type { AuditHead, AuditHeads } from '../core/ports/audit-heads.ts';
import type { Database } from './database.ts';

/** Heads listed at most: one is added per run and removed with the last file of its lines. */
const maxListed = 100_000;

/** Heads of audit chains in the database of expiring state, where no commit holds them up. */
export function createAuditHeads(database: Database): AuditHeads {
  return {
    async save({ chain, location, firstNumber, lastNumber, lastMac, seal }) {
      const state = await database.openState();
      const sql = `INSERT INTO audit_heads (chain, location, first_number, last_number, last_mac, seal)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (chain) DO UPDATE SET location = excluded.location,
        first_number = excluded.first_number, last_number = excluded.last_number, last_mac = excluded.last_mac, seal = excluded.seal`;
      const bind = [chain, location, firstNumber, lastNumber, lastMac, seal];
      await state.run(() => state.sequelize.query(sql, { type: QueryTypes.INSERT, bind }));
    },
    async remove(chain) {
      const state = await database.openState();
      const sql = 'DELETE FROM audit_heads WHERE chain = $1';
      await state.run(() => state.sequelize.query(sql, { type: QueryTypes.BULKDELETE, bind: [chain] }));
    },
    async list() {
      const state = await database.openState();
      const sql = `SELECT chain, location, first_number AS "firstNumber", last_number AS "lastNumber", last_mac AS "lastMac", seal
        FROM audit_heads ORDER BY chain LIMIT ${maxListed}`;
      const rows = await state.run(() => state.sequelize.query<AuditHead>(sql, { type: QueryTypes.SELECT }));
      // BIGINT comes as text from PostgreSQL.
      return rows.map((row) => ({
        ...row,
        firstNumber: Number(row.firstNumber),
        lastNumber: Number(row.lastNumber),
      }));
    },
  };
}
