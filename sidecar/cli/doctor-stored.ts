import { existsSync } from 'node:fs';
import type { StoredFacts } from '../application/doctor/check-database.ts';
import type { DirectoryFacts } from '../application/doctor/check-directory.ts';
import { listServiceAccounts } from '../application/service-accounts.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../core/ports/log.ts';
import { systemClock } from '../host/system-clock.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { createDirectoryStore } from '../storage/directory-store.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createServiceAccountStore } from '../storage/service-account-store.ts';
import { parseSqliteUrl } from '../storage/sqlite/location.ts';

/** What the database holds, for the doctor. It is opened at the first question; one that does not exist is not made. */
export interface Stored {
  readFacts(): Promise<StoredFacts | undefined>;
  readDirectory(): Promise<DirectoryFacts | undefined>;
  /** Of the last reading; undefined before. */
  generation(): number | undefined;
  close(): Promise<void>;
}

export function createStored({ database, security, ldap }: Settings, log: Log): Stored {
  const { url } = database;
  let opening: Promise<Database> | undefined;
  let generation: number | undefined;

  async function open(): Promise<Database | undefined> {
    if (url.startsWith('sqlite:')) {
      const location = parseSqliteUrl(url);
      if (location.kind === 'memory' || !existsSync(location.path)) return undefined;
    }
    opening ??= openDatabase({ url, log });
    return await opening;
  }

  return {
    async readFacts() {
      const opened = await open();
      if (opened === undefined) return undefined;
      const serviceAccounts = await listServiceAccounts({
        accounts: createServiceAccountStore(opened),
        key: createSecretFile({ file: security.secretFile, databaseUrl: url, log }),
        clock: systemClock,
        configured: ldap.serviceAccounts.map(({ name }) => name),
      });
      return { name: opened.name, serviceAccounts };
    },
    async readDirectory() {
      const opened = await open();
      if (opened === undefined) return undefined;
      const store = createDirectoryStore(opened);
      const [directory, [lastRun]] = await Promise.all([store.load(), store.lastRuns(1)]);
      generation = directory.generation;
      return { generation, users: directory.users.size, groups: directory.groups.size, lastRun };
    },
    generation: () => generation,
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
