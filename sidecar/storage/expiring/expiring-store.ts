import { DomainError } from '../../core/errors.ts';
import type { ExpiringEntry, ExpiringStore } from '../../core/ports/expiring-store.ts';
import type { Secret } from '../../core/secret.ts';
import type { Database } from '../database.ts';
import type { Statement, StatementValue } from '../direct.ts';
import { createTextSeal } from '../sealed-texts.ts';
import { type EntryRow, entryStatements, type OwnedRow } from './entry-statements.ts';
import { createGatheredWrites } from './gathered-writes.ts';

export interface ExpiringStoreOptions {
  /** The same in every process that shares the database, and not kept in it. */
  readonly key: Secret;
}

const maxPayload = 64 * 1024;

/** Opens the expiring entries of a database. Rejects with `unsupported` for `sqlite::memory:`, otherwise as `Database.openState`. */
export async function createExpiringStore(database: Database, { key }: ExpiringStoreOptions): Promise<ExpiringStore> {
  const { dialect } = await database.openState();
  const seal = createTextSeal(key, 'expiring entries');
  let isClosed = false;
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed)
      throw new DomainError('upstream_unavailable', `the database ${dialect.name} was closed by this program`);
    try {
      return await work();
    } catch (error) {
      throw dialect.explain(error);
    }
  };
  const direct = await explained(() => dialect.openDirect());
  const writes = createGatheredWrites(
    direct,
    () =>
      new DomainError('upstream_unavailable', `the database ${dialect.name} is too slow: too many writes wait for it`),
  );
  const write = (statement: Statement, ...values: StatementValue[]) =>
    explained(() => writes.write({ statement, values }));
  const idHash = (model: string, id: string) => seal.hash(model, id);
  const uidHash = (uid: string | undefined) => (uid === undefined ? null : seal.hash('uid', uid));

  async function findOne(statement: Statement, model: string, hash: string): Promise<ExpiringEntry | undefined> {
    const [row] = await explained(() => direct.all<EntryRow>(statement, [model, hash, Date.now()]));
    const payload = row && seal.open(`${model}\0${row.id_hash}`, row.sealed);
    if (row === undefined || payload === undefined) return undefined;
    return { payload, consumedAt: row.consumed_ms === null ? undefined : new Date(Number(row.consumed_ms)) };
  }

  return {
    async put(model, id, payload, expiresAt, { grantId, uid, accountId, clientId }) {
      if (payload.length > maxPayload) {
        throw new DomainError('invalid_input', `a ${model} of ${payload.length} characters is too large to be kept`);
      }
      const hash = idHash(model, id);
      const sealed = seal.seal(`${model}\0${hash}`, payload);
      const keys = [grantId ?? null, uidHash(uid), accountId ?? null, clientId ?? null];
      await write(entryStatements.put, model, hash, sealed, expiresAt?.getTime() ?? null, ...keys);
    },
    find: (model, id) => findOne(entryStatements.find, model, idHash(model, id)),
    findByUid: (model, uid) => findOne(entryStatements.findByUid, model, seal.hash('uid', uid)),
    consume: async (model, id) => (await write(entryStatements.consume, Date.now(), model, idHash(model, id))) === 1,
    async remove(model, id) {
      await write(entryStatements.remove, model, idHash(model, id));
    },
    async removeGrant(grantId) {
      await write(entryStatements.removeGrant, grantId);
    },
    async listByAccount(model, accountId) {
      const rows = await explained(() =>
        direct.all<OwnedRow>(entryStatements.listByAccount, [model, accountId, Date.now()]),
      );
      return rows.flatMap(({ id_hash, sealed, grant_id, client_id }) => {
        const payload = seal.open(`${model}\0${id_hash}`, sealed);
        if (payload === undefined) return [];
        return [{ payload, accountId, grantId: grant_id ?? undefined, clientId: client_id ?? undefined }];
      });
    },
    async listAccounts(after, limit) {
      const rows = await explained(() =>
        direct.all<{ readonly account_id: string }>(entryStatements.listAccounts, [after, limit]),
      );
      return rows.map(({ account_id }) => account_id);
    },
    async removeAccount(accountId, clientId) {
      if (clientId === undefined) await write(entryStatements.removeAccount, accountId);
      else await write(entryStatements.removeAccountAtClient, accountId, clientId);
    },
    removeExpired: (limit) => write(entryStatements.removeExpired, Date.now(), limit),
    async close() {
      isClosed = true;
      await writes.drain();
      await direct.close();
    },
  };
}
