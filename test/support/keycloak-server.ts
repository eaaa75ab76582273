import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';
import { provideKeycloak } from './keycloak.ts';

/** A Keycloak of a test's own: in development mode on the loopback address, with a database in memory. */
export interface KeycloakServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Of the realm master, by name and password with the client `admin-cli`. */
  readonly administrator: { readonly username: string; readonly password: string };
  readonly pid: number;
  /** The end of what it printed. */
  output(): string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface KeycloakServerOptions {
  /** PEM files of authorities that it trusts beside the usual ones. */
  readonly truststores?: readonly string[];
}

const startLimitMs = 240_000;

/** Fetches Keycloak when it is not there yet, and starts it. Takes half a minute of a usual machine, and half a gigabyte. */
export async function startKeycloak({ truststores = [] }: KeycloakServerOptions = {}): Promise<KeycloakServer> {
  const source = await provideKeycloak();
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-keycloak-'));
  const home = join(folder, 'keycloak');
  // It writes into its own folder when it starts: two of them must not share one.
  await cp(source, home, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const [port, healthPort] = [await findFreePort(), await findFreePort()];
  const administrator = { username: 'administrator', password: randomBytes(12).toString('hex') };
  const flags = [
    'start-dev',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
    `--http-management-port=${healthPort}`,
    '--health-enabled=true',
    '--db=dev-mem',
    ...(truststores.length === 0 ? [] : [`--truststore-paths=${truststores.join(',')}`]),
  ];
  const server = spawn(join(home, 'bin', 'kc.sh'), flags, {
    cwd: folder,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KC_'))),
      KC_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-16_000);
    });
  }
  const ended = new Promise((resolve) => server.once('close', resolve).once('error', resolve));
  const killAtExit = () => void server.kill('SIGKILL');
  process.on('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    server.kill('SIGTERM');
    const impatient = setTimeout(() => server.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatient);
    await rm(folder, { recursive: true, force: true });
  };

  const giveUpAt = performance.now() + startLimitMs;
  while (!(await isReady(`http://127.0.0.1:${healthPort}/health/ready`))) {
    if (server.exitCode !== null || server.signalCode !== null || performance.now() > giveUpAt) {
      await stop();
      throw new Error(`Keycloak did not start:\n${output}`);
    }
    await sleep(200);
  }
  return { url: `http://127.0.0.1:${port}`, administrator, pid: server.pid ?? 0, output: () => output, stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
