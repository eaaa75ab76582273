import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, missingPrograms } from './programs.ts';
import { toSlapdSchema } from './slapd-schema.ts';

/** An OpenLDAP server of a test's own: on the loopback address, in a temporary folder, with our tree and schema. */
export interface SlapdServer {
  readonly port: number;
  readonly pid: number;
  /** May read everything without a limit. */
  readonly rootDn: string;
  readonly password: string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface SlapdOptions {
  readonly suffix: string;
  /** LDIF, parents before children: the text, or the path of a file. */
  readonly ldif: string | { readonly file: string };
  /** Object classes beside those of the RFCs, in the form of RFC 4512 §4.1.1: what the facade's own subschema says of its own. */
  readonly classes: readonly string[];
  /** Lines of slapd.conf(5) for the database; indexes as an administrator would set them unless given. */
  readonly database?: readonly string[];
}

/** The reason why none can be started here; false when one can: `describe('…', { skip: missingSlapd() }, …)`. */
export function missingSlapd(): string | false {
  return missingPrograms('slapd', 'slapadd');
}

const startLimitMs = 20_000;
const schemaAttributes = 'mail,uid,sn,givenName,displayName,proxyAddresses,userPrincipalName,sAMAccountName';
const usualIndexes = [
  'index objectClass,entryUUID,memberOf,member eq',
  'index mail,cn pres,eq,sub',
  `index ${schemaAttributes.replace('mail,', '')} eq`,
];

/** Loads the tree by slapadd and starts the server (mdb, server-side sorting). Takes a second or two for a small tree. */
export async function startSlapd({
  suffix,
  ldif,
  classes,
  database = usualIndexes,
}: SlapdOptions): Promise<SlapdServer> {
  const slapd = findProgram('slapd');
  const slapadd = findProgram('slapadd');
  if (slapd === undefined || slapadd === undefined) throw new Error(String(missingSlapd()));
  const account = await findAccount();
  const folder = await mkdtemp(join(tmpdir(), 'sidecar-slapd-'));
  const rootDn = `cn=root,${suffix}`;
  const password = randomBytes(12).toString('hex');
  await mkdir(join(folder, 'db'));
  const configuration = [
    `include ${join(folder, 'schema.conf')}`,
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload sssvlv',
    'allow bind_v2',
    'database mdb',
    `suffix "${suffix}"`,
    `rootdn "${rootDn}"`,
    `rootpw ${password}`,
    `directory ${join(folder, 'db')}`,
    'maxsize 34359738368',
    'overlay sssvlv',
    'sssvlv-max 1000',
    'sssvlv-maxperconn 1000',
    ...database,
    '',
  ].join('\n');
  const file = join(folder, 'slapd.conf');
  await writeFile(join(folder, 'schema.conf'), toSlapdSchema(classes));
  await writeFile(file, configuration, { mode: 0o600 });
  chmodSync(folder, 0o700);
  if (account !== undefined) {
    for (const path of [folder, join(folder, 'db'), file]) chownSync(path, account.uid, account.gid);
  }
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // -s: an empty group has no member here, which the class demands.
    await load(slapadd, ['-q', '-s', '-f', file, '-b', suffix], account, ldif);
  } catch (error) {
    await remove();
    throw error;
  }

  const port = await findFreePort();
  const server = spawn(slapd, ['-d', '0', '-f', file, '-h', `ldap://127.0.0.1:${port}`], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000);
  });
  const killAtExit = () => void server.kill('SIGKILL');
  process.on('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    await end(server);
    await remove();
  };
  const giveUpAt = performance.now() + startLimitMs;
  while (!(await answers(port))) {
    if (server.exitCode !== null || performance.now() > giveUpAt) {
      await stop();
      throw new Error(`slapd did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return { port, pid: server.pid ?? 0, rootDn, password, stop };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** As root it would run as root: there it runs as the package's own user, or as nobody. */
async function findAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const [, , uid = '65534', gid = '65534'] =
    lines.find(([name]) => name === 'openldap') ?? lines.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function load(
  program: string,
  args: readonly string[],
  account: Account | undefined,
  ldif: string | { readonly file: string },
): Promise<void> {
  // The file is opened here: the other account may not see its folder.
  const file = typeof ldif === 'string' ? undefined : await open(ldif.file);
  const child = spawn(program, args, { ...account, stdio: [file?.fd ?? 'pipe', 'ignore', 'pipe'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000);
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  // A program that ends without reading says why on its standard error.
  child.stdin?.on('error', () => {}).end(ldif);
  const code = await ended;
  await file?.close();
  if (code !== 0) throw new Error(`slapadd failed:\n${output}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const impatient = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(impatient);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
