import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findKeycloak, missingKeycloak, provideKeycloak } from '../support/keycloak.ts';
import { runSidecar, startSidecar } from '../support/sidecar-process.ts';
import { startDatabase } from './support/bench-database.ts';
import { startKeycloakPeer } from './support/keycloak-peer.ts';
import { quantile } from './support/ldap-load.ts';
import { type LoadTarget, runLogins } from './support/oidc-load.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { readFamilyCpuMicros } from './support/process-family.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { type BenchSetup, listBenchUsers, setUpBench } from './support/running-sidecar.ts';

/**
 * Full logins (authorization, page, password, code, token, user info) against a running service with audit log, metrics and purging, the
 * simulator in a process of its own and answering at once. CPU is that of the service and of its database, all threads and processes.
 */
const { values } = parseArgs({
  options: {
    logins: { type: 'string', default: '3000' },
    warm: { type: 'string', default: '2000' },
    users: { type: 'string', default: '2000' },
    database: { type: 'string', default: 'sqlite,postgres' },
    'no-keycloak': { type: 'boolean', default: false },
    /** Fetches Keycloak where it is not in the cache. */
    'fetch-keycloak': { type: 'boolean', default: false },
  },
});
const [logins, warm, users] = [Number(values.logins), Number(values.warm), Number(values.users)];
const parallel = 8;
const client = { id: 'bench', secret: 'bench-secret', redirectUri: 'http://127.0.0.1:9/callback' };

type Person = { readonly name: string; readonly password: string };

async function measure(name: string, target: LoadTarget, pids: readonly number[], everybody: readonly Person[]) {
  let people = everybody;
  const pick = (index: number) => people[(index * 7919) % people.length] as Person;
  const [main = 0] = pids;
  const cpu = () => pids.reduce((sum, pid) => sum + readFamilyCpuMicros(pid), 0);
  // The company has an account or two that are never let in.
  const { failed } = await runLogins(target, warm, parallel, pick);
  people = people.filter(({ name }) => !failed.has(name));
  const before = { cpu: cpu(), at: performance.now(), rss: readProcessUsage(main).rssBytes };
  const { latenciesMs, failures } = await runLogins(target, logins, parallel, pick);
  const cpuSeconds = (cpu() - before.cpu) / 1e6;
  const wallSeconds = (performance.now() - before.at) / 1000;
  const done = latenciesMs.length;
  const megabytes = (bytes: number) => bytes / 2 ** 20;
  const figures: Figure[] = [
    { name: 'per CPU second', value: done / cpuSeconds, unit: 'logins' },
    { name: 'CPU', value: (cpuSeconds / done) * 1000, unit: 'ms/login' },
    { name: `rate, ${parallel} at a time`, value: done / wallSeconds, unit: 'logins/s' },
    { name: 'p50', value: quantile(Float64Array.from(latenciesMs), 0.5), unit: 'ms' },
    { name: 'p99', value: quantile(Float64Array.from(latenciesMs), 0.99), unit: 'ms' },
    { name: `memory after ${warm} logins`, value: megabytes(before.rss), unit: 'MiB' },
    { name: `after ${warm + logins}`, value: megabytes(readProcessUsage(main).rssBytes), unit: 'MiB' },
  ];
  process.stdout.write(`${toFigureText(`OIDC, ${name}, ${users} users, ${logins} logins`, figures)}\n`);
  for (const [reason, count] of failures) process.stdout.write(`${count} of ${logins} failed: ${reason}\n`);
}

async function measureSidecar(setup: BenchSetup, kind: string): Promise<void> {
  const database = await startDatabase(kind, setup.folder);
  const env = {
    ...setup.env,
    SIDECAR_DATABASE_URL: database.url,
    SIDECAR_SECURITY_SECRET_FILE: join(setup.folder, 'sidecar.secret'),
    SIDECAR_AUDIT_FILE: join(setup.folder, `audit-${kind}.jsonl`),
    SIDECAR_LOG_LEVEL: 'info',
    // One address for many people, as an application's is: it may begin more than 600 sign-ins a minute.
    SIDECAR_LOGIN_APPLICATION_NETWORKS: '127.0.0.0/8',
    SIDECAR_OIDC_CLIENTS: JSON.stringify([
      { id: client.id, secret: client.secret, redirectUris: [client.redirectUri], firstParty: true },
    ]),
  };
  const sync = await runSidecar(['sync', '--json'], { cwd: setup.folder, env });
  if (sync.code !== 0) throw new Error(`${sync.stdout}${sync.stderr}`);
  const sidecar = startSidecar(['serve'], { cwd: setup.folder, env });
  try {
    const [, port = ''] = await sidecar.waitFor(/"http":"127\.0\.0\.1:(\d+)"/, 'stderr');
    const [, ldapPort = ''] = await sidecar.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
    await sidecar.waitFor(/"message":"sync ended"/, 'stderr');
    const people = await listPeople({ ...setup, env });
    const issuer = `http://127.0.0.1:${port}/oidc`;
    const target: LoadTarget = {
      authorizationEndpoint: `${issuer}/auth`,
      tokenEndpoint: `${issuer}/token`,
      userinfoEndpoint: `${issuer}/me`,
      ...{ clientId: client.id, clientSecret: client.secret, redirectUri: client.redirectUri },
    };
    const pids = [sidecar.child.pid ?? 0, ...(database.pid === undefined ? [] : [database.pid])];
    await measure(kind, target, pids, people);
    if (kind === 'sqlite') await measureKeycloak(Number(ldapPort), people);
  } finally {
    await sidecar.stop();
    await database.stop();
  }
}

/** People whose password alone is enough. */
async function listPeople(setup: BenchSetup): Promise<readonly Person[]> {
  const all = await listBenchUsers(setup);
  const enabled = all.filter(({ state }) => state === 'enabled').map(({ login }) => login);
  const response = await fetch(`${setup.controlUrl}company`);
  const { accounts } = (await response.json()) as { readonly accounts: readonly AccountLine[] };
  const withFactor = new Set(accounts.filter(({ secondFactor }) => secondFactor != null).map(({ address }) => address));
  return enabled
    .filter((name) => !withFactor.has(name))
    .map((name) => ({ name, password: `${name.split('@')[0]}-demo` }));
}

interface AccountLine {
  readonly address: string;
  readonly secondFactor?: unknown;
}

async function measureKeycloak(ldapPort: number, people: readonly Person[]): Promise<void> {
  if (values['no-keycloak']) return;
  const missing = missingKeycloak();
  const folder = values['fetch-keycloak'] && missing === false ? await provideKeycloak() : findKeycloak();
  if (folder === undefined) {
    const reason = missing === false ? 'not in the cache; see --fetch-keycloak' : missing;
    process.stdout.write(`Keycloak: skipped (${reason})\n`);
    return;
  }
  const keycloak = await startKeycloakPeer(folder, { ldapPort, client });
  try {
    await measure('Keycloak + LDAP', keycloak.target, [keycloak.pid], people);
  } finally {
    await keycloak.stop();
  }
}

const setup = await setUpBench(users);
try {
  for (const kind of values.database.split(',')) await measureSidecar(setup, kind);
} finally {
  await setup.close();
}
