import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

const maxProcesses = 50_000;
/** State of a socket that listens (Linux, include/net/tcp_states.h). */
const listening = '0A';

/**
 * Programs that listen on a TCP port of this machine on whatever address, as `name (process id)`, by Linux's /proc: those that this user may look
 * at. Empty on other systems.
 */
export async function findPortOwners(port: number): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const sockets = new Set(tables.flatMap((table) => findListeningInodes(table, port)));
  if (sockets.size === 0) return [];
  const owners: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(0, maxProcesses)) {
    if (!(await holdsOneOf(pid, sockets))) continue;
    // The name alone: arguments of other programs may hold secrets. Node calls its main thread by another name.
    const program = await readlink(`/proc/${pid}/exe`).catch(() => readOrEmpty(`/proc/${pid}/comm`));
    const name = basename(program.replace(/ \(deleted\)$/, ''))
      .replace(/[^\x20-\x7e]/g, '')
      .trim();
    owners.push(`${name === '' ? 'a program' : name} (process ${pid})`);
  }
  return owners;
}

/** Inodes of the sockets that listen on a port, out of a table like /proc/net/tcp: see proc(5). */
export function findListeningInodes(table: string, port: number): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listening || inode === undefined) return [];
    return Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port ? [inode] : [];
  });
}

async function holdsOneOf(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${name}`).catch(() => '');
    const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
    if (inodes.has(inode)) return true;
  }
  return false;
}

async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
