import { serviceAccount, setUpBench, startServe } from '../../bench/support/running-sidecar.ts';
import { runSidecar } from '../../support/sidecar-process.ts';
import { startSlapd } from '../../support/slapd.ts';
import { type ServedEntry, toLdif } from '../../support/slapd-ldif.ts';
import { askCase, type SearchCase } from './ldap-cases.ts';
import { connectLdap, type LdapClient } from './ldap-client.ts';

/** Our service over a simulated company, and what it serves. */
export interface OurServer {
  readonly port: number;
  readonly pid: number;
  readonly entries: readonly ServedEntry[];
  /** A bound connection. */
  readonly client: LdapClient;
  /** The simulated company's. */
  readonly controlUrl: string;
  /** What the service has logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Our service and slapd beside it with the same tree, a bound connection to each. */
export interface TwoServers {
  readonly ours: LdapClient;
  readonly slapd: LdapClient;
  readonly entries: readonly ServedEntry[];
  stop(): Promise<void>;
}

export const wholeTree: SearchCase = {
  kind: 'search',
  base: 'o=icewarp',
  scope: 2,
  deref: 0,
  sizeLimit: 0,
  typesOnly: false,
  filter: { kind: 'present', attribute: 'objectClass' },
  attributes: ['*', '+'],
};

/** The definitions of our own object classes, as the subschema gives them: slapd must be able to read them too. */
export async function readOwnClasses(client: LdapClient): Promise<readonly string[]> {
  const { entries } = await askCase(client, {
    ...wholeTree,
    base: 'cn=subschema',
    scope: 0,
    attributes: ['objectClasses'],
  });
  const definitions = (entries[0]?.attributes.get('objectClasses') ?? []).map((value) => value.toString());
  return definitions.filter((definition) => definition.includes("NAME 'icewarp"));
}

/** Starts `serve` over a simulated company of so many users and reads its tree. */
export async function startOurServer(
  users: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<OurServer> {
  const setup = await setUpBench(users);
  const stops: (() => Promise<unknown>)[] = [() => setup.close()];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const env = { ...setup.env, ...settings };
    const sync = await runSidecar(['sync', '--json'], { cwd: setup.folder, env });
    if (sync.code !== 0) throw new Error(`${sync.stdout}${sync.stderr}`);
    const { sidecar, port } = await startServe({ ...setup, env });
    stops.push(() => sidecar.stop());
    const client = await connectLdap(port, serviceAccount.dn, serviceAccount.password);
    stops.push(async () => client.close());
    const { entries, done } = await askCase(client, wholeTree);
    if (done.code !== 0) throw new Error(`reading the tree gave ${done.code} ${done.diagnostic}`);
    const log = () => sidecar.output().stderr;
    return { port, pid: sidecar.child.pid ?? 0, entries, client, controlUrl: setup.controlUrl, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts our service and loads its tree into slapd. */
export async function startTwoServers(users: number): Promise<TwoServers> {
  const our = await startOurServer(users);
  const stops: (() => Promise<unknown>)[] = [() => our.stop()];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const { entries } = our;
    const classes = await readOwnClasses(our.client);
    const server = await startSlapd({ suffix: 'o=icewarp', ldif: toLdif(entries), classes });
    stops.push(() => server.stop());
    const slapd = await connectLdap(server.port, server.rootDn, server.password);
    stops.push(async () => slapd.close());
    return { ours: our.client, slapd, entries, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
