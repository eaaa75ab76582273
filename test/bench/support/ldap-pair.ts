import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeSearchCase } from '../../fuzz/support/ldap-cases.ts';
import { connectLdap } from '../../fuzz/support/ldap-client.ts';
import { readOwnClasses, wholeTree } from '../../fuzz/support/ldap-worlds.ts';
import { type SidecarProcess, startSidecar } from '../../support/sidecar-process.ts';
import { startSlapd } from '../../support/slapd.ts';
import { type ServedEntry, toLdif } from '../../support/slapd-ldif.ts';
import { addBenchGroups } from './bench-groups.ts';
import { endWithBench } from './end-with-bench.ts';
import { createQuestions, type Questions } from './ldap-questions.ts';
import { type BenchSetup, serviceAccount, setUpBench } from './running-sidecar.ts';

/** A server under load. */
export interface BenchServer {
  readonly name: 'ours' | 'slapd';
  readonly port: number;
  readonly pid: number;
  readonly account: { readonly dn: string; readonly password: string };
}

/** Our service and slapd with the same tree, and what to ask them. */
export interface ServerPair {
  readonly ours: BenchServer;
  readonly slapd: BenchServer;
  readonly setup: BenchSetup;
  readonly sidecar: SidecarProcess;
  readonly questions: Questions;
  /** From the start of the service to its first published directory, reading from the simulator included. */
  readonly firstPublishedSeconds: number;
  stop(): Promise<void>;
}

export const base = 'o=icewarp';
const publishedPattern = /"message":"directory published"/;
const endedPattern = /"message":"sync ended"/;

/** Text that appears in a process's log; rejects when it ends before, or `limitMs` pass. */
export async function waitForLog(sidecar: SidecarProcess, pattern: RegExp, limitMs: number): Promise<RegExpExecArray> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const match = pattern.exec(sidecar.output().stderr);
    if (match !== null) return match;
    if (sidecar.child.exitCode !== null || performance.now() > giveUpAt) {
      throw new Error(`no ${pattern} from the service:\n${sidecar.output().stderr.slice(-4_000)}`);
    }
    await sleep(20);
  }
}

/** Starts both with a generated company of so many users. Takes about 2 ms a user. */
export async function startPair(users: number): Promise<ServerPair> {
  const setup = await setUpBench(users);
  const stops: (() => Promise<unknown>)[] = [() => setup.close()];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    await addBenchGroups(setup.controlUrl, users);
    await writeMapping(setup.folder, ['LogOn', 'ReadOwnArchive']);
    const startedAt = performance.now();
    const sidecar = startSidecar(['serve'], { cwd: setup.folder, env: { ...setup.env, ...benchSettings } });
    endWithBench(sidecar.child);
    stops.push(() => sidecar.stop());
    const limitMs = 60_000 + users * 10;
    const [, port = ''] = await waitForLog(sidecar, /"ldap":"127\.0\.0\.1:(\d+)"/, limitMs);
    await waitForLog(sidecar, publishedPattern, limitMs);
    const firstPublishedSeconds = (performance.now() - startedAt) / 1000;
    await waitForLog(sidecar, endedPattern, limitMs);
    const ours: BenchServer = {
      name: 'ours',
      port: Number(port),
      pid: sidecar.child.pid ?? 0,
      account: serviceAccount,
    };
    const file = join(setup.folder, 'tree.ldif');
    const { questions, classes } = await copyTree(ours, file);
    const server = await startSlapd({
      suffix: base,
      ldif: { file },
      classes,
      database: [...slapdIndexes, ...slapdAccess],
    });
    stops.push(() => server.stop());
    const account = { dn: server.rootDn, password: server.password };
    const slapd: BenchServer = { name: 'slapd', port: server.port, pid: server.pid, account };
    return { ours, slapd, setup, sidecar, questions, firstPublishedSeconds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Gives every user these privileges. */
export async function writeMapping(folder: string, grant: readonly string[]): Promise<void> {
  await mkdir(join(folder, 'mappings'), { recursive: true });
  await writeFile(join(folder, 'mappings', 'bench.yaml'), `version: 1\ndefaults:\n  grant: [${grant.join(', ')}]\n`);
}

/** No sync disturbs the measuring; right passwords are remembered. */
const benchSettings = {
  SIDECAR_SYNC_INTERVAL_SECONDS: '86400',
  SIDECAR_LOGIN_RECENT_SUCCESS_SECONDS: '300',
};

/** As an administrator would set them for these searches. */
const slapdIndexes = [
  'index objectClass,uid,entryUUID,memberOf,member eq',
  'index mail,cn pres,eq,sub',
  'index sn,givenName,proxyAddresses,userPrincipalName,sAMAccountName eq',
];
const slapdAccess = ['access to attrs=userPassword by anonymous auth by * none', 'access to * by users read'];

/** Writes what the service serves as LDIF, with the users' passwords salted as slapd does by default. */
async function copyTree(
  server: BenchServer,
  file: string,
): Promise<{ readonly questions: Questions; readonly classes: readonly string[] }> {
  const client = await connectLdap(server.port, server.account.dn, server.account.password);
  const questions = createQuestions();
  let batch: string[] = [];
  const flush = () => {
    appendFileSync(file, batch.join(''));
    batch = [];
  };
  try {
    const done = await client.stream(encodeSearchCase(wholeTree), (entry) => {
      questions.note(entry);
      batch.push(toLdif([withPassword(entry)]));
      if (batch.length >= 1_000) flush();
    });
    if (done.code !== 0) throw new Error(`reading the tree gave ${done.code} ${done.diagnostic}`);
    flush();
    return { questions: questions.finish(), classes: await readOwnClasses(client) };
  } finally {
    client.close();
  }
}

export const passwordOf = (login: string) => `${login.split('@')[0]}-demo`;

function withPassword(entry: ServedEntry): ServedEntry {
  const login = entry.attributes.get('uid')?.[0]?.toString();
  if (login === undefined) return entry;
  const salt = createHash('sha1').update(login).digest().subarray(0, 8);
  const digest = createHash('sha1').update(passwordOf(login)).update(salt).digest();
  const value = Buffer.from(`{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`);
  return { dn: entry.dn, attributes: new Map([...entry.attributes, ['userPassword', [value]]]) };
}
