import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import type { Finding } from '../../sidecar/application/doctor/finding.ts';
import { demoCompany, type LoginCounts, type LoginReport, startSimulator } from '../../sidecar/simulator/simulator.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, runSidecar } from '../support/sidecar-process.ts';
import { type ClientWorld, startClientWorld } from './clients/support/client-world.ts';
import { findFreePorts } from './clients/support/free-ports.ts';

interface Report {
  readonly version: number;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

async function examine(folder: string, args: readonly string[] = []) {
  const { code, stdout, stderr } = await runSidecar(['doctor', '--json', ...args], { cwd: folder });
  assert.equal(stderr, '');
  const report: Report = JSON.parse(stdout);
  assert.equal(report.ok, code === 0);
  for (const { status, remedy, detail } of report.findings) assert.equal(remedy !== undefined, status !== 'ok', detail);
  const of = (check: Finding['check']) => report.findings.filter((finding) => finding.check === check);
  return { code, of, report, stdout };
}

const statusOf = (findings: readonly Finding[]) => findings.map(({ status }) => status);
const textOf = (findings: readonly Finding[]) => findings.map(({ detail }) => detail).join('\n');

/** Logins of everybody but the administrator that the service itself logs in as. */
const askedUsers = ({ accounts }: LoginReport) =>
  Object.entries(accounts)
    .filter(([name]) => name !== 'admin@example.com')
    .map(([name, ways]) => [name, countOf(ways, 'questions')]);
const countOf = (ways: LoginReport['accounts'][string], what: keyof LoginCounts) =>
  Object.values(ways).reduce((sum, counts) => sum + counts[what], 0);

describe('doctor beside a running service', { skip: missingPrograms('openssl') }, () => {
  let world: ClientWorld;
  let httpPort = 0;
  const passwordFile = () => join(world.folder, 'archive.password');
  before(async () => {
    [httpPort = 0] = await findFreePorts(1);
    world = await startClientWorld({
      listeners: [
        { name: 'starttls', tls: 'starttls' },
        { name: 'ldaps', tls: 'ldaps' },
        { name: 'balanced', settings: { proxyProtocolFrom: ['127.0.0.1'] } },
        { name: 'elsewhere', settings: { networks: ['192.0.2.0/24'] } },
      ],
      accounts: [
        { name: 'narrow', password: 'narrow-secret-5', scope: { groups: ['no-such-group@example.com'] } },
        { name: 'machine', certificate: 'CN=mail-gateway,O=Example Company' },
      ],
      settings: { http: { port: httpPort } },
    });
  });
  after(() => world?.stop());

  it('finds everything in order, and says what it could not look at', async () => {
    const args = ['--ca', world.certificates.caFile, '--server-name', 'localhost'];
    const { code, of, report, stdout } = await examine(world.folder, args);
    assert.equal(code, 0, stdout);
    assert.equal(textOf(of('icewarp')).split('\n').length, 7, stdout);
    assert.match(textOf(of('lockout')), /IceWarp is asked about at most \d+ wrong passwords/);
    assert.match(textOf(of('clock')), /agrees|s (behind|ahead)/);
    assert.match(textOf(of('directory')), /^\d\d users and \d groups, generation 1\n/);
    assert.match(textOf(of('certificates')), /is valid for (29|30) days$/);
    assert.match(textOf(of('ports')), /is this service’s/);
    assert.match(textOf(of('service')), /^directory is ok$/m);
    const listeners = textOf(of('listeners'));
    assert.match(listeners, /^starttls \(ldap:\/\/127\.0\.0\.1:\d+\) speaks TLSv1\.3 by StartTLS; .*is trusted$/m);
    assert.match(
      listeners,
      /^ldaps \(ldaps:.* by TLS; the certificate is for localhost, 127\.0\.0\.1 and is trusted$/m,
    );
    assert.match(listeners, /^balanced .* was not tried: .*proxyProtocolFrom/m);
    assert.match(listeners, /^elsewhere .* was not tried: it takes connections from 192\.0\.2\.0\/24 only/m);
    const accounts = textOf(of('accounts'));
    for (const listener of ['ldap', 'starttls', 'ldaps']) {
      assert.match(accounts, new RegExp(`^reader on ${listener} .* logs in and sees more than \\d+ users`, 'm'));
      assert.match(accounts, new RegExp(`^narrow on ${listener} .* sees no user$`, 'm'));
    }
    assert.match(accounts, /^machine logs in by its certificate alone/m);
    assert.ok(!/reader-demo|narrow-secret-5|admin-demo/.test(stdout));
    assert.deepEqual(
      report.findings.filter(({ status, check }) => status === 'warn' && !['listeners', 'accounts'].includes(check)),
      [],
      stdout,
    );
  });

  it('names the program and the process that have a port, where the system tells', {
    skip: process.platform !== 'linux',
  }, async () => {
    const { of } = await examine(world.folder);
    assert.match(textOf(of('ports')), new RegExp(`\\(process ${world.service.child.pid}\\)`));
  });

  it('warns of an authority that it does not know, and fails for a stranger’s and for another name', async () => {
    const unknown = await examine(world.folder);
    assert.equal(unknown.code, 0);
    assert.match(textOf(unknown.of('listeners')), /by an authority that this machine does not know/);
    const stranger = await examine(world.folder, ['--ca', world.certificates.strangerCaFile]);
    assert.equal(stranger.code, 1);
    assert.match(textOf(stranger.of('listeners')), /is not trusted: UNABLE_TO/);
    const name = await examine(world.folder, ['--ca', world.certificates.caFile, '--server-name', 'ldap.example.net']);
    assert.equal(name.code, 1);
    assert.match(textOf(name.of('listeners')), /ldap\.example\.net/);
  });

  it('tries a refused service account once, on whatever number of listeners, and no user at all', async () => {
    const binds = () => world.metric('icewarp_sidecar_ldap_binds_total', '49');
    const [refusedBefore, asked] = [await binds(), askedUsers(world.simulator.loginReport())];
    const settings = parse(readFileSync(join(world.folder, 'sidecar.yaml'), 'utf8'));
    settings.ldap.serviceAccounts = [{ name: 'reader', passwordFile: passwordFile() }];
    writeFileSync(passwordFile(), 'another-one\n', { mode: 0o600 });
    const other = join(world.folder, 'changed.yaml');
    writeFileSync(other, stringify(settings), { mode: 0o600 });
    const { code, of, stdout } = await examine(world.folder, ['--config', other]);
    assert.equal(code, 1);
    assert.deepEqual(statusOf(of('accounts')), ['fail']);
    assert.match(textOf(of('accounts')), /^reader on ldap .* its password is refused; it was tried once/);
    assert.ok(!stdout.includes('another-one'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(await binds(), refusedBefore + 1);
    assert.deepEqual(askedUsers(world.simulator.loginReport()), asked);
  });

  it('sees a certificate that the service does not show', async () => {
    const settings = parse(readFileSync(join(world.folder, 'sidecar.yaml'), 'utf8'));
    const { certFile, keyFile } = await world.certificates.signServer('later');
    for (const listener of settings.ldap.listeners)
      if (listener.tls !== 'none') Object.assign(listener, { certFile, keyFile });
    const other = join(world.folder, 'renewed.yaml');
    writeFileSync(other, stringify(settings), { mode: 0o600 });
    const { of } = await examine(world.folder, ['--config', other, '--ca', world.certificates.caFile]);
    assert.match(textOf(of('listeners')), /is not the one in the file of ldap\.listeners\[0\]/);
    writeFileSync(keyFile, 'no key');
    const broken = await examine(world.folder, ['--config', other]);
    assert.equal(broken.code, 1);
    assert.deepEqual(statusOf(broken.of('certificates')), ['fail']);
    assert.match(textOf(broken.of('certificates')), /ldap\.listeners\[0\]\.keyFile: .* holds no private key/);
  });
});

describe('doctor without a service', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    folder = await makeFolder();
  });
  after(() => folder.remove());
  const write = (settings: object) =>
    writeFileSync(join(folder.path, 'sidecar.yaml'), stringify(settings), { mode: 0o600 });

  it('reports every fault of the settings as a failure and looks no further', async () => {
    write({ ldap: { port: 'many', limits: { connections: 0 } } });
    const { code, report } = await examine(folder.path);
    assert.equal(code, 1);
    assert.deepEqual(
      report.findings.map(({ check, status }) => [check, status]),
      [
        ['settings', 'fail'],
        ['settings', 'fail'],
      ],
    );
    assert.match(textOf(report.findings), /ldap\.port.*\n.*ldap\.limits\.connections/);
  });

  it('finds a server that is down, a port of another program and no database, makes none, and says what to do', async () => {
    const [icewarpPort, httpPort] = await findFreePorts(2);
    const other = createServer((socket) => socket.end('SSH-2.0-other\r\n').on('error', () => {})).listen(
      0,
      '127.0.0.1',
    );
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    write({
      icewarp: { url: `http://127.0.0.1:${icewarpPort}`, username: 'admin@example.com', password: 'admin-demo' },
      ldap: { port, serviceAccounts: [{ name: 'reader', password: 'reader-demo' }] },
      http: { port: httpPort },
    });
    try {
      const { code, of, stdout } = await examine(folder.path);
      assert.equal(code, 1);
      assert.deepEqual(statusOf(of('icewarp')), ['fail']);
      assert.match(textOf(of('icewarp')), /^reach: .*refused/);
      assert.deepEqual(statusOf(of('lockout')), ['warn']);
      assert.match(
        textOf(of('ports')),
        new RegExp(`^ldap\\.port: port ${port} on 127\\.0\\.0\\.1 is taken by another program`),
      );
      assert.match(textOf(of('ports')), /http\.port: .* is free/);
      if (process.platform === 'linux') assert.match(textOf(of('ports')), new RegExp(`process ${process.pid}`));
      assert.deepEqual([...statusOf(of('database')), ...statusOf(of('directory'))], ['fail', 'fail']);
      assert.deepEqual(statusOf(of('listeners')), ['fail']);
      assert.ok(!stdout.includes('reader-demo'));
      const again = await examine(folder.path);
      assert.deepEqual(statusOf(again.of('database')), ['fail'], 'the first look made no database');
    } finally {
      other.close();
    }
  });

  it('logs in to IceWarp once with a wrong password, and asks no second time for the login policy', async () => {
    const simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
    try {
      write({
        icewarp: { url: simulator.url, username: 'admin@example.com', password: 'not-the-password' },
        ldap: { port: 0 },
        http: { port: 0 },
      });
      const { code, of, stdout } = await examine(folder.path);
      assert.equal(code, 1);
      const failed = of('icewarp').filter(({ status }) => status === 'fail');
      assert.match(textOf(failed), /^login: .*admin@example\.com/);
      assert.match(failed[0]?.remedy ?? '', /counts each one/);
      assert.deepEqual(statusOf(of('lockout')), ['warn']);
      assert.ok(!stdout.includes('not-the-password'));
      const { accounts } = simulator.loginReport();
      const counts = Object.entries(accounts).map(([name, ways]) => [name, countOf(ways, 'questions')]);
      assert.deepEqual(counts, [['admin@example.com', 1]]);
    } finally {
      await simulator.stop();
    }
  });

  it('prints a line for each finding, with the remedy below it', async () => {
    const { code, stdout } = await runSidecar(['doctor'], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stdout, /^ok {4}settings {5}sound: \d+ given/m);
    assert.match(stdout, /^warn {2}ports {8}ldap\.port is 0.*\n {19}→ choose a port/m);
    assert.match(stdout, /\n\d+ ok, \d+ to look at, \d+ failed\n$/);
  });
});
