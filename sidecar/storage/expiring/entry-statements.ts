import type { Statement } from '../direct.ts';

const live = '(expires_ms IS NULL OR expires_ms > ?3)';

/** Every statement on `expiring_entries`. */
export const entryStatements = {
  put: {
    name: 'expiring-put',
    sql: `INSERT INTO expiring_entries (model, id_hash, sealed, expires_ms, grant_id, uid_hash, account_id, client_id, consumed_ms)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)
      ON CONFLICT (model, id_hash) DO UPDATE SET sealed = excluded.sealed, expires_ms = excluded.expires_ms, grant_id = excluded.grant_id,
        uid_hash = excluded.uid_hash, account_id = excluded.account_id, client_id = excluded.client_id, consumed_ms = NULL`,
  },
  find: {
    name: 'expiring-find',
    sql: `SELECT id_hash, sealed, consumed_ms FROM expiring_entries WHERE model = ?1 AND id_hash = ?2 AND ${live}`,
  },
  findByUid: {
    name: 'expiring-find-by-uid',
    sql: `SELECT id_hash, sealed, consumed_ms FROM expiring_entries WHERE model = ?1 AND uid_hash = ?2 AND ${live} LIMIT 1`,
  },
  consume: {
    name: 'expiring-consume',
    sql: 'UPDATE expiring_entries SET consumed_ms = ?1 WHERE model = ?2 AND id_hash = ?3 AND consumed_ms IS NULL',
  },
  remove: { name: 'expiring-remove', sql: 'DELETE FROM expiring_entries WHERE model = ?1 AND id_hash = ?2' },
  removeGrant: { name: 'expiring-remove-grant', sql: 'DELETE FROM expiring_entries WHERE grant_id = ?1' },
  listByAccount: {
    name: 'expiring-list-by-account',
    sql: `SELECT id_hash, sealed, grant_id, client_id FROM expiring_entries WHERE model = ?1 AND account_id = ?2 AND ${live} LIMIT 1000`,
  },
  listAccounts: {
    name: 'expiring-list-accounts',
    sql: 'SELECT DISTINCT account_id FROM expiring_entries WHERE account_id > ?1 ORDER BY account_id LIMIT ?2',
  },
  removeAccount: { name: 'expiring-remove-account', sql: 'DELETE FROM expiring_entries WHERE account_id = ?1' },
  removeAccountAtClient: {
    name: 'expiring-remove-account-at-client',
    sql: 'DELETE FROM expiring_entries WHERE account_id = ?1 AND client_id = ?2',
  },
  removeExpired: {
    name: 'expiring-remove-expired',
    sql: `DELETE FROM expiring_entries WHERE (model, id_hash) IN
      (SELECT model, id_hash FROM expiring_entries WHERE expires_ms <= ?1 ORDER BY expires_ms LIMIT ?2)`,
  },
} as const satisfies Record<string, Statement>;

export interface EntryRow {
  readonly id_hash: string;
  readonly sealed: string;
  readonly consumed_ms: number | string | null;
}

export interface OwnedRow {
  readonly id_hash: string;
  readonly sealed: string;
  readonly grant_id: string | null;
  readonly client_id: string | null;
}
