import type { Command } from 'commander';
import type { LoadedSettings } from '../config/load.ts';
import { resolveLinks } from '../core/manual-users/links.ts';
import type { Directory } from '../core/model.ts';
import type { MappingStore } from '../core/ports/mapping-store.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createMappingStore } from '../storage/mapping-store.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printNote } from './context.ts';
import { loadInstallationSettings } from './settings-options.ts';

/** Runs a question against the directory as last committed, in the way it is served, and closes the database. */
export async function withDirectory<T>(
  context: CliContext,
  command: Command,
  ask: (directory: Directory, loaded: LoadedSettings, mappings: MappingStore, database: Database) => T | Promise<T>,
): Promise<T> {
  const loaded = loadInstallationSettings(context, command);
  const database = await openDatabase({ url: loaded.settings.database.url, log: createCliLog(context) });
  const store = createDirectoryStore(database);
  try {
    const directory = await store.load();
    if (directory.generation === 0) printNote(context, 'nothing was ever synchronised into this database: run `sync`');
    return await ask(resolveLinks(directory), loaded, createMappingStore(database), database);
  } finally {
    await store.close();
  }
}
