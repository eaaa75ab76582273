import { parseArgs } from 'node:util';
import { startTwoServers } from './support/ldap-worlds.ts';
import { runDifferential } from './support/run-differential.ts';

/** The LDAP facade against slapd, longer than in the tests. Options: --cases, --seed, --users. */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '50000' },
    users: { type: 'string', default: '300' },
    seed: { type: 'string' },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
process.stdout.write(`seed ${seed}\n`);

const servers = await startTwoServers(Number(values.users));
try {
  const { compared, withEntries, codes, leftOut } = await runDifferential(servers, {
    cases: Number(values.cases),
    seed,
  });
  process.stdout.write(`${compared} compared, all agree; ${withEntries} with entries\n`);
  process.stdout.write(`result codes: ${[...codes].map(([code, count]) => `${code} × ${count}`).join(', ')}\n`);
  process.stdout.write('left out as deliberate differences:\n');
  for (const [name, count] of leftOut) process.stdout.write(`  ${count} ${name}\n`);
} finally {
  await servers.stop();
}
