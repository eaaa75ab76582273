import type { Transaction } from 'sequelize';
import { DomainError } from '../core/errors.ts';
import type { SigningKeyStore } from '../core/ports/signing-key-store.ts';
import { Secret } from '../core/secret.ts';
import { type KeyUse, keyUses, type SigningKey } from '../core/signing-keys/signing-key.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';
import { createTextSeal } from './sealed-texts.ts';

interface KeyRow {
  readonly id: string;
  readonly use: string;
  readonly createdAt: StoredDate;
  readonly activeAt: StoredDate;
  readonly sealed: string;
}

/** Signing keys in the database, sealed under `secret`. `secretPlace` names its file in messages. */
export function createSigningKeyStore(database: Database, secret: Secret, secretPlace: string): SigningKeyStore {
  const table = database.tables.signingKeys;
  const seal = createTextSeal(secret, 'signing keys');

  const read = async (transaction?: Transaction): Promise<SigningKey[]> => {
    const rows = await table.findAll({ raw: true, order: ['id'], ...(transaction && { transaction }) });
    return (rows as unknown as KeyRow[]).map(toKey);
  };

  function toKey({ id, use, createdAt, activeAt, sealed }: KeyRow): SigningKey {
    const material = seal.open(`${use}\0${id}`, sealed);
    if (material === undefined || !keyUses.includes(use as KeyUse)) {
      throw new DomainError(
        'invalid_input',
        `the signing keys in ${database.name} were sealed with another secret key than ${secretPlace}: restore theirs, or remove them with: oidc-keys reset`,
      );
    }
    const times = { createdAt: toDate(createdAt), activeAt: toDate(activeAt) };
    return { id, use: use as KeyUse, ...times, material: new Secret(material) };
  }

  const toRow = ({ material, ...key }: SigningKey) => ({
    ...key,
    sealed: seal.seal(`${key.use}\0${key.id}`, material.reveal()),
  });

  return {
    list: () => database.run(() => read()),
    change: (decide) =>
      database.write(async (transaction) => {
        const { add, remove } = decide(await read(transaction));
        if (remove.length > 0) await table.destroy({ where: { id: [...remove] }, transaction });
        if (add.length > 0) await insertRows(table, add.map(toRow), transaction);
        return read(transaction);
      }),
    async clear() {
      await database.write((transaction) => table.destroy({ where: {}, transaction }));
    },
  };
}
