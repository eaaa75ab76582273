import { parseArgs } from 'node:util';
import { startKeycloak } from '../support/keycloak-server.ts';
import { type BenchRealm, createBenchRealm } from './support/keycloak-realms.ts';
import { type BenchServer, passwordOf, startPair } from './support/ldap-pair.ts';
import { median } from './support/medians.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { measureUsage, readProcessUsage } from './support/process-usage.ts';
import { listBenchUsers } from './support/running-sidecar.ts';

/**
 * One Keycloak before our service and before slapd with the same tree: a full synchronisation into an empty realm and one over known users,
 * logins, and a page of 100 users as the console lists it. Beside the time the processor time of both ends says which of them dominates.
 */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    logins: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
  },
});
const logins = Number(values.logins);
const rounds = Number(values.rounds);
const atOnce = 4;
const pageSize = 100;
const figures: Figure[] = [];

const pair = await startPair(Number(values.users));
const keycloak = await startKeycloak();
try {
  const everybody = await listBenchUsers(pair.setup);
  const enabled = everybody.filter(({ state }) => state === 'enabled').map(({ login }) => login);
  const pages = Math.min(5, Math.floor(everybody.length / pageSize));
  // Whole rounds in turn, so that what else the machine does and how warm Keycloak is meets both alike.
  const ours: Side = { server: pair.ours, realm: await createBenchRealm(keycloak, pair.ours), times: new Map() };
  const theirs: Side = { server: pair.slapd, realm: await createBenchRealm(keycloak, pair.slapd), times: new Map() };
  const sides = [ours, theirs];
  const measure = async (side: Side, name: string, count: number, work: () => Promise<unknown>) => {
    const before = readProcessUsage(keycloak.pid).cpuMicros;
    const { wallMs, cpuMicros } = await measureUsage(side.server.pid, work);
    const keycloakMicros = readProcessUsage(keycloak.pid).cpuMicros - before;
    for (const [what, value] of [
      [`${name}: ms each`, wallMs / count],
      [`${name}: CPU ms each, LDAP server`, cpuMicros / 1000 / count],
      [`${name}: CPU ms each, Keycloak`, keycloakMicros / 1000 / count],
    ] as const)
      side.times.set(what, [...(side.times.get(what) ?? []), value]);
  };

  for (const side of sides)
    await measure(side, 'first full sync, per user', everybody.length, () => syncAll(side.realm));
  // From here on our service remembers their passwords, as it does in a working day.
  const people = await findPlainPeople(ours.realm, enabled.slice(0, 60));
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await measure(side, 'full sync again, per user', everybody.length, () => syncAll(side.realm));
      await measure(side, `listing ${pageSize} users, per page`, pages, () => listPages(side.realm, pages));
      await measure(side, 'login', logins, () => logInAll(side.realm, people));
    }
  }
  for (const { server, times } of sides) {
    for (const [name, each] of times)
      figures.push({ name: `${server.name}: ${name}`, value: median(each), unit: 'ms' });
  }
  process.stdout.write(toFigureText(`Keycloak before ${everybody.length} users`, figures));
} finally {
  await keycloak.stop();
  await pair.stop();
}

interface Side {
  readonly server: BenchServer;
  readonly realm: BenchRealm;
  /** What was measured, by name, a value for each round. */
  readonly times: Map<string, number[]>;
}

/** People whose password suffices: some have a second factor, which IceWarp wants and slapd does not know. */
async function findPlainPeople(realm: BenchRealm, logins: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(logins.map((login) => realm.logIn(login, passwordOf(login))));
  return logins.filter((_, index) => answers[index]?.kind === 'tokens');
}

async function syncAll(realm: BenchRealm): Promise<void> {
  const { added, updated, failed } = await realm.syncAll();
  if (failed > 0 || added + updated === 0) throw new Error(`synchronised ${added} + ${updated}, ${failed} failed`);
}

async function listPages(realm: BenchRealm, pages: number): Promise<void> {
  for (let page = 0; page < pages; page++) {
    const found = await realm.admin.get<unknown[]>(`users?first=${page * pageSize}&max=${pageSize}`);
    if (found.length !== pageSize) throw new Error(`${found.length} users on a page`);
  }
}

async function logInAll(realm: BenchRealm, users: readonly string[]): Promise<void> {
  let next = 0;
  const drain = async () => {
    for (let index = next++; index < logins; index = next++) {
      const login = users[(index * 7) % users.length] ?? '';
      const answer = await realm.logIn(login, passwordOf(login));
      if (answer.kind === 'refused') throw new Error(`${login}: ${answer.error} ${answer.description}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, drain));
}
