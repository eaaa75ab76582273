import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { type Database, openDatabase } from '../../sidecar/storage/database.ts';
import { missingPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts';

/** An empty database that one test has for itself. */
export interface TestDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** A database product that the store runs on. */
export interface DatabaseProduct {
  readonly name: string;
  /** Why its tests cannot run here. */
  readonly skip: string | false;
  create(): Promise<TestDatabase>;
}

const sqlite: DatabaseProduct = {
  name: 'SQLite file',
  skip: false,
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'sidecar-store-'));
    return { url: `sqlite:${join(folder, 'sidecar.sqlite')}`, remove: () => rm(folder, { recursive: true }) };
  },
};

/** The products there are. The PostgreSQL server is the file's own, started when first needed and stopped at the file's end. */
export function databaseProducts(): readonly [sqlite: DatabaseProduct, postgres: DatabaseProduct] {
  let server: Promise<PostgresServer> | undefined;
  after(async () => (await server)?.stop());
  const postgres: DatabaseProduct = {
    name: 'PostgreSQL',
    skip: missingPostgres(),
    async create() {
      server ??= startPostgres();
      return (await server).createDatabase();
    },
  };
  return [sqlite, postgres];
}

export function openTestDatabase({ url }: TestDatabase): Promise<Database> {
  return openDatabase({ url, log: silentLog });
}
