import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../../support/postgres.ts';

/** Where a benchmark keeps its directory. */
export interface BenchDatabase {
  readonly url: string;
  /** Of the server's first process; undefined where the database works within the service. */
  readonly pid: number | undefined;
  /** Back to how it was before the first run. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** `sqlite`: a file in the folder. `postgres`: a server started for the benchmark. Throws for any other name. */
export async function startDatabase(kind: string, folder: string): Promise<BenchDatabase> {
  if (kind === 'sqlite') {
    const data = join(folder, 'data');
    return {
      url: `sqlite:${join(data, 'sidecar.sqlite')}`,
      pid: undefined,
      empty: () => rm(data, { recursive: true, force: true }),
      async stop() {},
    };
  }
  if (kind !== 'postgres') throw new TypeError(`--database is sqlite or postgres, not ${kind}`);
  const server = await startPostgres();
  const name = 'bench';
  await server.query('postgres', `CREATE DATABASE ${name}`);
  return {
    url: server.urlOf(name),
    pid: server.pid,
    async empty() {
      await server.query(name, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    },
    stop: () => server.stop(),
  };
}
