import { directoryTables } from './0001-directory.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are applied. Listed by hand: a built package has other file names. */
export const migrations: readonly Migration[] = [directoryTables];
