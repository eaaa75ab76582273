import { execFile } from 'node:child_process';
import { chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ComposeService } from './compose-file.ts';
import { type NativeWorld, toEnvironment } from './native-services.ts';
import { checkout } from './package-install.ts';
import { plainEnvironment, type SidecarProcess, startProgram } from './sidecar-process.ts';

const run = promisify(execFile);

/**
 * Does with Debian's PostgreSQL what the image's entrypoint does with an empty volume: initdb with the environment's arguments, a start, then
 * the script in /docker-entrypoint-initdb.d.
 */
export async function startComposePostgres(world: NativeWorld, service: ComposeService): Promise<SidecarProcess> {
  const env = toEnvironment(world, 'postgres', service);
  const account = await findAccount();
  const bin = await findBinaries();
  const data = env.PGDATA ?? '';
  const folder = join(data, '..');
  const socket = join(world.root, 'var/run/postgresql');
  for (const path of [folder, socket]) {
    await mkdir(path, { recursive: true });
    if (account.uid !== undefined) await chown(path, account.uid, account.gid ?? 0);
  }
  const initArgs = (env.POSTGRES_INITDB_ARGS ?? '').split(' ');
  const user = env.POSTGRES_USER ?? '';
  await run(
    join(bin, 'initdb'),
    [...initArgs, '--no-sync', '-D', data, `--username=${user}`, `--pwfile=${env.POSTGRES_PASSWORD_FILE}`],
    { ...account, cwd: folder },
  );
  const port = world.portOf('postgres', 5432);
  const flags = { port, listen_addresses: '127.0.0.1', unix_socket_directories: socket, fsync: 'off' };
  const server = startProgram(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { cwd: folder, ...account },
  );
  try {
    await server.waitFor(/database system is ready to accept connections/, 'stderr');
    const { stdout: password } = await run('cat', [env.POSTGRES_PASSWORD_FILE ?? '']);
    const session = { PGHOST: socket, PGPORT: String(port), PGPASSWORD: password };
    const script = join(checkout, 'packaging/create-databases.sh');
    await run(script, { env: { ...plainEnvironment(), ...env, ...session, SECRETS: world.toNative('/run/secrets') } });
  } catch (error) {
    await server.stop('SIGQUIT');
    throw error;
  }
  return server;
}

async function findBinaries(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql');
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  return `/usr/lib/postgresql/${newest}/bin`;
}

/** PostgreSQL refuses to run as root, and its package's user has another number than the image's. */
async function findAccount(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const { stdout: uid } = await run('id', ['-u', 'postgres']);
  const { stdout: gid } = await run('id', ['-g', 'postgres']);
  return { uid: Number(uid), gid: Number(gid) };
}
