import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from './free-port.ts';
import { findProgram } from './programs.ts';

const run = promisify(execFile);
const user = 'sidecar';
const startLimitMs = 20_000;

/** A PostgreSQL server of a test's own: on the loopback address and on a Unix socket, in a temporary folder. */
export interface PostgresServer {
  readonly port: number;
  /** Of its first process. */
  readonly pid: number;
  readonly password: string;
  /** Where its Unix socket is. */
  readonly folder: string;
  /** For the superuser `sidecar`. */
  urlOf(database: string): string;
  /** Makes an empty database; `options` stand behind CREATE DATABASE. */
  createDatabase(options?: string): Promise<{ readonly name: string; readonly url: string; remove(): Promise<void> }>;
  /** Runs statements as the superuser and gives the rows of the last one. */
  query(database: string, statements: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Stops it as a crash would: sessions are cut, nothing is tidied up. */
  crash(): Promise<void>;
  /** Starts it again after a crash, on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** The reason why no server can be started here; false when one can: `describe('…', { skip: missingPostgres() }, …)`. */
export function missingPostgres(): string | false {
  if (process.platform === 'win32') return 'the test server needs Unix sockets';
  return findBinaries() === undefined ? 'postgres is not installed (Debian package postgresql)' : false;
}

/** Starts a server with default settings but for the given ones (`{ max_connections: '5' }`). Takes a second or two. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error(String(missingPostgres()));
  const account = await findAccount();
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-pg-'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chmod(folder, 0o700);
  for (const path of [folder, passwordFile]) if (account.uid !== undefined) await chown(path, account.uid, account.gid);
  const quick = ['--no-sync', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256'];
  await run(join(binaries, 'initdb'), [...quick, '-D', data, '-U', user, `--pwfile=${passwordFile}`], {
    ...account,
    cwd: folder,
  });
  let port = await findFreePort();
  let server: ChildProcess | undefined;
  const killAtExit = () => void server?.kill('SIGQUIT');
  process.on('exit', killAtExit);

  const end = async (signal: NodeJS.Signals) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server.kill(signal);
    await ended;
  };
  const connect = async (database: string) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const start = async () => {
    const giveUpAt = Date.now() + startLimitMs;
    for (;;) {
      const given = { ...speed, ...settings, port: String(port), unix_socket_directories: folder };
      const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      server = spawn(join(binaries, 'postgres'), ['-D', data, ...flags], {
        ...account,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let output = '';
      server.stderr?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-4_000);
      });
      while (server.exitCode === null && Date.now() < giveUpAt) {
        const client = await connect('postgres').catch(() => undefined);
        if (client !== undefined) return client.end();
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      if (server.exitCode === null || !/Address already in use/.test(output)) {
        await end('SIGQUIT');
        throw new Error(`PostgreSQL did not start:\n${output}`);
      }
      port = await findFreePort();
    }
  };
  const query: PostgresServer['query'] = async (database, statements) => {
    const client = await connect(database);
    try {
      const results = [await client.query(statements)].flat();
      return results.at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  const urlOf = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const stop = async () => {
    await end('SIGINT');
    process.off('exit', killAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    get port() {
      return port;
    },
    get pid() {
      return server?.pid ?? 0;
    },
    password,
    folder,
    urlOf,
    async createDatabase(options = '') {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await query('postgres', `CREATE DATABASE ${name} ${options}`);
      return {
        name,
        url: urlOf(name),
        remove: async () => void (await query('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      };
    },
    query,
    crash: () => end('SIGQUIT'),
    start,
    stop,
  };
}

/** What is written need not outlive the machine; a crash of the server alone it does. */
const speed = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_connections: '40',
  // Files in the folder, not below /dev/shm, where a killed server would leave them.
  dynamic_shared_memory_type: 'mmap',
};

/** Debian keeps the servers of all versions out of PATH; the newest is taken. */
function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = listFolder(root).sort((a, b) => Number(b) - Number(a));
  const path = [...versions.map((version) => join(root, version, 'bin')), process.env.PATH ?? ''].join(':');
  const initdb = findProgram('initdb', path);
  return initdb === undefined ? undefined : dirname(initdb);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to run as root: there it runs as the package's own user, or as nobody. */
async function findAccount(): Promise<{ readonly uid?: number; readonly gid: number } | { readonly uid?: never }> {
  if (process.getuid?.() !== 0) return {};
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const [, , uid = '65534', gid = '65534'] =
    lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
