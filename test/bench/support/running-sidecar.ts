import { once } from 'node:events';
import { makeFolder, type SidecarProcess, startSidecar } from '../../support/sidecar-process.ts';
import { endWithBench } from './end-with-bench.ts';

/** A simulated company in a process of its own, and a folder with the sidecar's settings for it. */
export interface BenchSetup {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly simulator: SidecarProcess;
  readonly controlUrl: string;
  close(): Promise<void>;
}

export const serviceAccount = { dn: 'cn=bench', password: 'bench-password' };

/** Starts `simulate` with a generated company of so many users. */
export async function setUpBench(users: number): Promise<BenchSetup> {
  const folder = await makeFolder();
  const args = ['simulate', '--users', String(users), '--seed', '1'];
  const simulator = startSidecar(args, { cwd: folder.path });
  endWithBench(simulator.child);
  const [, url = ''] = await simulator.waitFor(/simulator on (\S+)/);
  const [, controlUrl = ''] = await simulator.waitFor(/control endpoint on (\S+)/);
  return {
    folder: folder.path,
    simulator,
    controlUrl,
    env: {
      SIDECAR_ICEWARP_URL: url,
      SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
      SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
      SIDECAR_LDAP_PORT: '0',
      SIDECAR_HTTP_PORT: '0',
      SIDECAR_LOG_LEVEL: 'info',
      SIDECAR_LOG_FORMAT: 'json',
      SIDECAR_LDAP_SERVICE_ACCOUNTS: JSON.stringify([{ name: 'bench', password: serviceAccount.password }]),
    },
    async close() {
      await simulator.stop();
      await folder.remove();
    },
  };
}

/** Starts `serve` and waits until the directory is published; gives the LDAP port. */
export async function startServe(
  setup: BenchSetup,
): Promise<{ readonly sidecar: SidecarProcess; readonly port: number }> {
  const sidecar = startSidecar(['serve'], { cwd: setup.folder, env: setup.env });
  endWithBench(sidecar.child);
  const [, port = ''] = await sidecar.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
  await sidecar.waitFor(/"message":"sync ended"/, 'stderr', 120_000);
  return { sidecar, port: Number(port) };
}

/** A user as `users --json` lists it. */
export interface BenchUser {
  readonly login: string;
  readonly state: string;
}

export async function listBenchUsers(setup: BenchSetup): Promise<readonly BenchUser[]> {
  // Not as the tests run a command: a large directory takes longer than they wait.
  const command = startSidecar(['users', '--json'], { cwd: setup.folder, env: setup.env });
  endWithBench(command.child);
  await once(command.child, 'close');
  const { stdout, stderr } = command.output();
  if (command.child.exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { users: BenchUser[] }).users;
}
