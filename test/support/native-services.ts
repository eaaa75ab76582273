import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ComposeService } from './compose-file.ts';
import { findFreePort } from './free-port.ts';
import { type Ended, plainEnvironment, runProgram, type SidecarProcess, startProgram } from './sidecar-process.ts';

/** What stands for a container's file system and network on this machine: folders below `root`, and free ports. */
export interface NativeWorld {
  readonly root: string;
  /** Puts this machine's places into a text of the compose file: paths, names of services with their ports, addresses. */
  toNative(text: string): string;
  portOf(service: string, port: number): number;
}

/** Users of images that exist here as numbers only; without root everything runs as who runs the tests. */
const isRoot = process.getuid?.() === 0;

/** Services, each with the ports it listens on, get free ones; `folders` are the paths of images that lie below `root` here. */
export async function createNativeWorld(
  root: string,
  listening: Readonly<Record<string, readonly number[]>>,
  folders: readonly string[],
): Promise<NativeWorld> {
  const ports = new Map<string, number>();
  for (const [service, numbers] of Object.entries(listening)) {
    for (const port of numbers) ports.set(`${service}:${port}`, await findFreePort());
  }
  return {
    root,
    portOf: (service, port) => ports.get(`${service}:${port}`) ?? 0,
    toNative(text) {
      let native = text;
      for (const folder of folders)
        native = native.replaceAll(new RegExp(`(?<![\\w/.-])${folder}\\b`, 'g'), join(root, folder));
      for (const [place, port] of ports) native = native.replaceAll(place, `localhost:${port}`);
      return native.replaceAll('0.0.0.0', '127.0.0.1');
    },
  };
}

/** The environment of a service, as the compose file gives it, with the ports of this world. */
export function toEnvironment(world: NativeWorld, name: string, service: ComposeService): Record<string, string> {
  const entries = Object.entries(service.environment ?? {}).map(([key, value]) => {
    const own = /^\d+$/.test(value) ? world.portOf(name, Number(value)) : 0;
    return [key, own > 0 ? String(own) : world.toNative(value)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** As whom a service runs: the user that the compose file names, where the test may choose. */
export function toUser({ user }: ComposeService): { readonly uid?: number; readonly gid?: number } {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  return isRoot ? { uid, gid } : {};
}

/** Starts what the compose file says: its entrypoint (the image's, where it names none) and its command. */
export function startService(
  world: NativeWorld,
  name: string,
  service: ComposeService,
  image: {
    readonly entrypoint: readonly string[];
    readonly command: readonly string[];
    readonly workingDirectory: string;
  },
  extra: Readonly<Record<string, string>> = {},
): SidecarProcess {
  const line = [...(service.entrypoint ?? image.entrypoint), ...(service.command ?? image.command)];
  const [file = '', ...args] = line.map((word) => {
    const own = /^\d+$/.test(word) ? world.portOf(name, Number(word)) : 0;
    return own > 0 ? String(own) : world.toNative(word);
  });
  const env = { ...extra, ...toEnvironment(world, name, service) };
  return startProgram(file === 'node' ? process.execPath : file, args, {
    cwd: join(world.root, image.workingDirectory),
    env,
    ...toUser(service),
  });
}

/** Runs the health check of a service once. */
export async function checkService(world: NativeWorld, name: string, service: ComposeService): Promise<Ended> {
  const [kind, file = '', ...args] = service.healthcheck?.test ?? [];
  if (kind !== 'CMD') throw new TypeError(`${name}: the health check is ${kind}`);
  // A check looks at the service's own ports, through loopback.
  const native = args.map((text) =>
    world.toNative(text).replaceAll(/127\.0\.0\.1([:/])(\d+)/g, (whole, mark: string, port: string) => {
      const own = world.portOf(name, Number(port));
      return own > 0 ? `127.0.0.1${mark}${own}` : whole;
    }),
  );
  const env = { ...plainEnvironment(), ...toEnvironment(world, name, service) };
  const pgPort = world.portOf(name, 5432);
  return runProgram(file === 'node' ? process.execPath : file, native, {
    env: pgPort > 0 ? { ...env, PGPORT: String(pgPort) } : env,
    timeoutMs: 10_000,
  });
}

/** Waits until a service is healthy. Rejects when it is not within the time. */
export async function untilHealthy(
  world: NativeWorld,
  name: string,
  service: ComposeService,
  withinMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const { code, stdout, stderr } = await checkService(world, name, service);
    if (code === 0) return;
    if (performance.now() > giveUpAt) throw new Error(`${name} is not healthy: ${stdout} ${stderr}`);
    await sleep(200);
  }
}

/** Puts made secrets where containers see them: readable through a folder that all may enter. */
export async function mountSecrets(world: NativeWorld, from: string): Promise<void> {
  const folder = join(world.root, 'run/secrets');
  await mkdir(folder, { recursive: true });
  for (const name of (await readdir(from)).filter((each) => each !== 'ldap-ca-key.pem')) {
    await cp(join(from, name), join(folder, name));
    // The address of a service stands in it.
    if (name === 'sidecar-database-url') {
      const url = world.toNative(await readFile(join(folder, name), 'utf8'));
      await chmod(join(folder, name), 0o644);
      await writeFile(join(folder, name), url);
    }
  }
  for (let path = world.root; path.length > 5; path = dirname(path)) await chmod(path, 0o755);
  for (const path of [join(world.root, 'run'), folder]) await chmod(path, 0o755);
}
