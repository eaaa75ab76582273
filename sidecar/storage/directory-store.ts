import type { Transaction } from 'sequelize';
import { DomainError } from '../core/errors.ts';
import type { DirectoryStore } from '../core/ports/directory-store.ts';
import type { Database } from './database.ts';
import { recordChanges } from './directory-changes.ts';
import { readDirectory, readGeneration } from './directory-reader.ts';
import { writeChange } from './directory-writer.ts';
import { addRun, readLastRuns } from './run-records.ts';
import { checkChange, checkRun } from './storable.ts';

/**
 * The directory in a relational database. Beside the port's errors, `commit` and `recordRun` reject with `invalid_input` for values
 * that no database keeps unchanged, for an entry given twice, and for a membership in a group that is not stored.
 * `close` closes `database`.
 */
export function createDirectoryStore(database: Database): DirectoryStore {
  const { tables } = database;
  return {
    load: () => database.read((transaction) => readDirectory(database, transaction)),
    generation: () => database.run(() => readGeneration(database)),
    async commit(base, change, run) {
      checkChange(change);
      checkRun(run);
      return database.write(async (transaction) => {
        const generation = await advance(database, base, { committedAt: run.endedAt, runId: run.id }, transaction);
        await writeChange(tables, change, transaction);
        await recordChanges(tables.directoryChanges, generation, change, transaction);
        await addRun(tables.syncRuns, run, generation, transaction);
        await database.dialect.announceCommit(database.sequelize, transaction);
        return generation;
      });
    },
    async recordRun(run) {
      checkRun(run);
      await database.write((transaction) => addRun(tables.syncRuns, run, null, transaction));
    },
    lastRuns: (count) => database.run(() => readLastRuns(tables.syncRuns, count)),
    close: () => database.close(),
  };
}

/** One statement checks the generation and moves it: it holds whatever the isolation level of the database is. */
async function advance(
  database: Database,
  base: number,
  commit: { readonly committedAt: Date; readonly runId: string },
  transaction: Transaction,
): Promise<number> {
  const generation = base + 1;
  const [changed] = await database.tables.directoryState.update(
    { generation, ...commit },
    { where: { id: 1, generation: base }, transaction },
  );
  if (changed === 1) return generation;
  const stored = await readGeneration(database, transaction);
  throw new DomainError(
    'conflict',
    `the stored directory is at generation ${stored}, not ${base}: another sync committed in between; nothing was changed, run the sync again`,
  );
}
