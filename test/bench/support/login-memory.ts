import { createLogin } from '../../../sidecar/core/login/order.ts';
import type { LoginName } from '../../../sidecar/core/names.ts';
import type { Clock } from '../../../sidecar/core/ports/clock.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import type { UserMatch } from '../../../sidecar/core/ports/user-directory.ts';
import { Secret } from '../../../sidecar/core/secret.ts';

/*
 * Drives the login alone, in this process, with wrong passwords of ever new names, and prints as JSON what they leave behind. Half of the
 * names are accounts in order, half are nobody's. The server refuses at once and waiting takes no time: memory is what is measured.
 */
const pairs = Number(process.argv[2] ?? 1_000_000);
const atOnce = 50;
let now = Date.now();
const clock: Clock = {
  now: () => new Date(now),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (ms <= 3000) setImmediate(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
};

function find(name: string): UserMatch {
  if (!name.startsWith('user')) return { kind: 'unknown' };
  const login = name as LoginName;
  return {
    kind: 'found',
    user: { id: name, login, passwordOf: login, state: 'enabled', privileges: ['LogOn'], roles: [] },
  };
}

let asked = 0;
const login = createLogin({
  directory: () => ({ findByName: find, findById: () => undefined }),
  authenticator: {
    async checkPassword() {
      asked += 1;
      return { kind: 'refused' };
    },
  },
  clock,
  log: silentLog,
});

/** What is kept after garbage collection; resident memory would count what V8 has not given back yet. */
function measure(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const attempt = (number: number) =>
  login({
    name: `${number % 2 === 0 ? 'user' : 'nobody'}${number}@example.com`,
    password: new Secret(`wrong ${number}`),
    require: ['LogOn'],
    deadlineMs: 3000,
    facade: 'bench',
    clientAddress: '192.0.2.1',
    applicationAddress: true,
  });

for (let number = 0; number < 2_000; number++) await attempt(number);
const before = measure();
for (let number = 2_000; number < pairs + 2_000; number += atOnce) {
  await Promise.all(Array.from({ length: atOnce }, (_, index) => attempt(number + index)));
  now += 1;
}
const growthBytes = measure() - before;
asked = 0;
const repeats = 20_000;
const cpu = process.cpuUsage();
for (let number = 0; number < repeats; number++) await attempt(pairs - number);
const { user, system } = process.cpuUsage(cpu);
const repeatMicros = (user + system) / repeats;
process.stdout.write(`${JSON.stringify({ pairs, growthBytes, askedAgain: asked, repeatMicros })}\n`);
process.exit(0);
