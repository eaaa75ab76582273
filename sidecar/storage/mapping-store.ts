import type { MappingStore, MappingText } from '../core/ports/mapping-store.ts';
import { insertRows } from './bound-writes.ts';
import type { Database } from './database.ts';
import { type StoredDate, toDate } from './rows.ts';
import { checkMapping } from './storable.ts';

interface InForceRow {
  readonly hash: string;
  readonly since: StoredDate;
}

interface FileRow {
  readonly name: string;
  readonly content: string;
}

/** The last good mapping in the database. `keep` rejects with `invalid_input` for texts that no database keeps unchanged. */
export function createMappingStore(database: Database): MappingStore {
  const { mappingInForce, mappingFiles } = database.tables;
  return {
    load: () =>
      database.read(async (transaction) => {
        const found = (await mappingInForce.findByPk(1, { raw: true, transaction })) as unknown as InForceRow | null;
        if (found === null) return undefined;
        const rows = await mappingFiles.findAll({ raw: true, order: ['position'], transaction });
        const files = (rows as unknown as FileRow[]).map(({ name, content }): MappingText => ({ name, text: content }));
        return { files, hash: found.hash, since: toDate(found.since) };
      }),
    async keep(mapping) {
      checkMapping(mapping);
      const { hash, since, files } = mapping;
      await database.write(async (transaction) => {
        await mappingInForce.destroy({ where: { id: 1 }, transaction });
        await mappingFiles.destroy({ where: {}, transaction });
        await insertRows(mappingInForce, [{ id: 1, hash, since }], transaction);
        // One at a time: a statement with all of them could grow beyond what a database takes.
        for (const [position, { name, text }] of files.entries()) {
          await insertRows(mappingFiles, [{ position, name, content: text }], transaction);
        }
      });
    },
  };
}
