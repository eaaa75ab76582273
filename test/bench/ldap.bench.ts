import { parseArgs } from 'node:util';
import { runSidecar } from '../support/sidecar-process.ts';
import { encodeBind, encodeSearch, LoadConnection, quantile } from './support/ldap-load.ts';
import { medianOfThree } from './support/medians.ts';
import { type Figure, toFigureText } from './support/print-figures.ts';
import { measureUsage, readProcessUsage } from './support/process-usage.ts';
import { listBenchUsers, serviceAccount, setUpBench, startServe } from './support/running-sidecar.ts';

/**
 * Searches and binds against a running service, the simulator in a process of its own. The load client shares the machine's
 * cores, so the server's CPU time per operation stands beside each rate.
 */
const { values } = parseArgs({ options: { users: { type: 'string', default: '10000' } } });
const count = Number(values.users);
const base = 'o=icewarp';

const setup = await setUpBench(count);
const sync = await runSidecar(['sync', '--json'], { cwd: setup.folder, env: setup.env });
if (sync.code !== 0) throw new Error(`${sync.stdout}${sync.stderr}`);
const { sidecar, port } = await startServe(setup);
const pid = sidecar.child.pid ?? 0;
try {
  const users = await listBenchUsers(setup);
  const enabled = users.filter(({ state }) => state === 'enabled').map(({ login }) => login);
  const pick = (index: number) => enabled[(index * 7919) % enabled.length] ?? '';
  const figures: Figure[] = [];

  const search = async (name: string, requests: readonly Buffer[], depth: number) => {
    const result = await medianOfThree(async () => {
      const connection = await LoadConnection.open(port, serviceAccount);
      const { result: run, wallMs, cpuMicros } = await measureUsage(pid, () => connection.run(requests, depth));
      connection.close();
      if (run.failed > 0) throw new Error(`${run.failed} of ${requests.length} failed: ${name}`);
      return {
        rate: (requests.length / wallMs) * 1000,
        cpu: cpuMicros / requests.length,
        p99: quantile(run.latenciesMs, 0.99),
      };
    });
    figures.push(
      { name, value: result.rate, unit: 'searches/s' },
      { name: `${name}: server CPU`, value: result.cpu, unit: 'µs/search' },
      { name: `${name}: p99`, value: result.p99, unit: 'ms' },
    );
  };
  const byMail = (total: number, wanted: readonly string[] = [], prefix = '') =>
    Array.from({ length: total }, (_, index) => encodeSearch(index + 2, base, 'mail', prefix + pick(index), wanted));

  await search('exact by mail, closed loop', byMail(20_000), 1);
  await search('exact by mail, pipelined 16', byMail(60_000), 16);
  await search('exact by mail, two attributes, pipelined 16', byMail(60_000, ['cn', 'mail']), 16);
  await search('misses, pipelined 16', byMail(60_000, [], 'no-'), 16);
  await search('all entries, unpaged', [encodeSearch(2, base, 'objectClass', '*', [])], 1);

  const binds = await medianOfThree(async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => LoadConnection.open(port)));
    const { result, wallMs, cpuMicros } = await measureUsage(pid, () =>
      Promise.all(
        connections.map((connection, lane) =>
          connection.run(
            Array.from({ length: 250 }, (_, index) => {
              const login = pick(lane * 250 + index);
              return encodeBind(index + 1, login, `${login.split('@')[0]}-demo`);
            }),
            1,
          ),
        ),
      ),
    );
    for (const connection of connections) connection.close();
    const refused = result.reduce((sum, { failed }) => sum + failed, 0);
    return { rate: (2_000 / wallMs) * 1000, cpu: cpuMicros / 2_000, refused };
  });
  figures.push(
    { name: 'binds, each asked of IceWarp, 8 connections', value: binds.rate, unit: 'binds/s' },
    { name: 'binds: server CPU', value: binds.cpu, unit: 'µs/bind' },
    { name: 'binds: refused (second factor)', value: binds.refused, unit: 'of 2,000' },
    { name: 'resident memory of the service', value: readProcessUsage(pid).rssBytes / 2 ** 20, unit: 'MiB' },
  );
  process.stdout.write(toFigureText(`LDAP, ${count} users`, figures));
} finally {
  await sidecar.stop();
  await setup.close();
}
