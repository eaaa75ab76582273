import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runProgram } from '../support/sidecar-process.ts';
import { encodeBind, LoadConnection, quantile } from './support/ldap-load.ts';
import { askServer, bindOnce } from './support/login-load.ts';
import { compareRefusals } from './support/login-refusals.ts';
import { medianOfThree } from './support/medians.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { measureUsage, readProcessUsage } from './support/process-usage.ts';
import { listBenchUsers, setUpBench, startServe } from './support/running-sidecar.ts';

/**
 * Logins through a running service over LDAP, the simulator in a process of its own with the delays of a real server (25 s on a wrong
 * password): what a right login costs beyond the server's own answer, what wrong ones held back do to it, repeated wrong ones, unknown
 * names in numbers, whether the time of a refusal tells its cause, and what a million wrong pairs leave in memory.
 */
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '2000' },
    rights: { type: 'string', default: '1500' },
    unknown: { type: 'string', default: '20000' },
    pairs: { type: 'string', default: '1000000' },
  },
});
const samples = Number(values.samples);
const rights = Number(values.rights);
const figures: Figure[] = [];
const add = (name: string, value: number, unit: string) => void figures.push({ name, value, unit });

const bench = await setUpBench(Math.max(1_500, Math.ceil(samples * 1.3)));
// The loopback addresses stand for people here, not for an application. Short times, so that it ends in minutes.
const env = {
  ...bench.env,
  SIDECAR_LOGIN_APPLICATION_NETWORKS: '192.0.2.0/24',
  SIDECAR_LOGIN_DEADLINE_SECONDS: '1',
  SIDECAR_LOGIN_LANES_FAST_SECONDS: '1',
};
const setup = { ...bench, env };
const { sidecar, port } = await startServe(setup);
const users = await listBenchUsers(setup);
const enabled = users.filter(({ state }) => state === 'enabled').map(({ login }) => login);
const disabled = users.filter(({ state }) => state !== 'enabled').map(({ login }) => login);
const passwordOf = (login: string) => `${login.split('@')[0]}-demo`;
let addresses = 0;
/** Each loopback address is another person's, so that only the accounts' own limits matter. */
const nextAddress = () => {
  addresses += 1;
  return `127.${1 + (addresses >> 16)}.${(addresses >> 8) & 0xff}.${addresses & 0xff}`;
};

const pid = sidecar.child.pid ?? 0;
/** Accounts whose right password suffices; the others have a second factor. */
const plain: string[] = [];
await Promise.all(
  enabled.slice(0, 60).map(async (login) => {
    if ((await bindOnce(port, nextAddress(), login, passwordOf(login))).code === 0) plain.push(login);
  }),
);
const pickRight = (index: number) => plain[(index * 7) % plain.length] ?? '';
const encodeRight = (index: number) => encodeBind(index + 1, pickRight(index), passwordOf(pickRight(index)));

let notLetIn = 0;
/** Right logins one after the other. */
async function measureRights(count = rights) {
  const connection = await LoadConnection.open(port);
  const requests = Array.from({ length: count }, (_, index) => encodeRight(index));
  const { latenciesMs, failed } = await connection.run(requests, 1);
  connection.close();
  notLetIn += failed;
  return { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
}

async function measureServer() {
  const url = new URL('/icewarpapi/', bench.env.SIDECAR_ICEWARP_URL).href;
  const times = new Float64Array(rights);
  for (let index = 0; index < rights; index++) {
    times[index] = await askServer(url, pickRight(index), passwordOf(pickRight(index)));
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

try {
  await measureServer();
  await measureRights();
  const server = await medianOfThree(measureServer);
  const { result: quiet, cpuMicros } = await measureUsage(pid, () => medianOfThree(() => measureRights()));
  for (const q of ['p50', 'p99'] as const) {
    add(`IceWarp asked directly, ${q}`, server[q], 'ms');
    add(`right login, ${q}`, quiet[q], 'ms');
    add(`added by the service, ${q}`, quiet[q] - server[q], 'ms');
  }
  add('right login, server CPU', cpuMicros / (3 * rights), 'µs');

  const wrong = enabled.slice(100, 300).map((name) => bindOnce(port, nextAddress(), name, 'wrong'));
  await sleep(100);
  const arriving = await measureRights(200);
  // By now the server has all of them that the lanes let through, and holds them back until the right ones have ended.
  await sleep(8_000);
  const busy = await medianOfThree(() => measureRights());
  const held = await Promise.all(wrong);
  for (const q of ['p50', 'p99'] as const) add(`right login beside 200 wrong ones, ${q}`, busy[q], 'ms');
  add('right login while the 200 arrive, p99', arriving.p99, 'ms');
  add('right logins not let in', notLetIn, 'in all');
  for (const code of [49, 51, 52]) {
    add(`the 200 wrong ones answered ${code}`, held.filter((one) => one.code === code).length, 'binds');
  }

  await sleep(27_000);
  const stale = enabled[400] ?? '';
  await bindOnce(port, nextAddress(), stale, 'stale');
  await sleep(27_000);
  const repeats = await LoadConnection.open(port);
  const requests = Array.from({ length: 20_000 }, (_, index) => encodeBind(index + 1, stale, 'stale'));
  const known = await measureUsage(pid, () => repeats.run(requests, 1));
  repeats.close();
  add('known-bad passwords refused', (20_000 / known.wallMs) * 1000, 'logins/s');
  add('known-bad password, server CPU', known.cpuMicros / 20_000, 'µs');

  const bindRight = () => bindOnce(port, '127.0.0.1', pickRight(1), passwordOf(pickRight(1)));
  const people = { enabled: enabled.slice(500), disabled, nextAddress, bindRight };
  figures.push(...(await compareRefusals({ port, samples, perSecond: 48, ...people })));

  const before = readProcessUsage(pid).rssBytes;
  const names = Number(values.unknown);
  const codes = new Map<number, number>();
  let next = 0;
  const flood = Array.from({ length: 400 }, async () => {
    for (let number = next++; number < names; number = next++) {
      const { code } = await bindOnce(port, nextAddress(), `stranger${number}@example.com`, `guess ${number}`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  });
  await Promise.all(flood);
  for (const [code, count] of codes) add(`unknown names answered ${code}`, count, `of ${names}`);
  add('resident memory grown by unknown names', (readProcessUsage(pid).rssBytes - before) / 1024 / 1024, 'MiB');
} finally {
  await sidecar.stop();
}

const remembering = await startServe({ ...setup, env: { ...env, SIDECAR_LOGIN_RECENT_SUCCESS_SECONDS: '300' } });
try {
  const connection = await LoadConnection.open(remembering.port);
  const requests = Array.from({ length: 20_000 }, (_, index) => encodeRight(index % plain.length));
  await connection.run(requests.slice(0, 1_000), 1);
  const { result, wallMs, cpuMicros } = await measureUsage(remembering.sidecar.child.pid ?? 0, () =>
    connection.run(requests, 1),
  );
  connection.close();
  add('right logins with recent-success memory', (20_000 / wallMs) * 1000, 'logins/s');
  add('… server CPU', cpuMicros / 20_000, 'µs');
  add('… not let in', result.failed, 'of 20,000');
} finally {
  await remembering.sidecar.stop();
  await setup.close();
}

const memoryProgram = fileURLToPath(new URL('./support/login-memory.ts', import.meta.url));
const memory = await runProgram(process.execPath, ['--expose-gc', memoryProgram, values.pairs], {
  timeoutMs: 300_000,
});
if (memory.code !== 0) throw new Error(memory.stderr);
const { growthBytes, askedAgain, repeatMicros } = JSON.parse(memory.stdout) as Record<string, number>;
add(`memory of ${values.pairs} distinct wrong pairs`, (growthBytes ?? 0) / 1e6, 'MB');
add('… asked about again', askedAgain ?? -1, 'of 20,000');
add('… CPU of a repeat in the login alone', repeatMicros ?? 0, 'µs');
process.stdout.write(toFigureText(`Login, ${users.length} users`, figures));
