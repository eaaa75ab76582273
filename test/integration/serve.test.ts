import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { demoCompany, type Simulator, startSimulator } from '../../sidecar/simulator/simulator.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, runProgram, runSidecar, startSidecar } from '../support/sidecar-process.ts';

const account = {
  SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
  SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
  SIDECAR_LDAP_PORT: '0',
  SIDECAR_HTTP_PORT: '0',
  SIDECAR_LOG_FORMAT: 'json',
  SIDECAR_LDAP_SERVICE_ACCOUNTS: '[{"name":"archive","password":"archive-secret-7"}]',
};

/** The port that nobody listens on any more. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(output: { readonly stderr: string }) {
  const port = /"http":"127\.0\.0\.1:(\d+)"/.exec(output.stderr)?.[1];
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
  const { status, parts } = (await answer.json()) as { status: string; parts: Record<string, Record<string, unknown>> };
  return { code: answer.status, status, parts };
}

describe('the service with a server of its own', { skip: missingPrograms('ldapsearch', 'ldapwhoami') }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let simulator: Simulator;
  before(async () => {
    folder = await makeFolder();
    simulator = await startSimulator({ company: demoCompany(), tarpitMs: 500 });
  });
  after(async () => {
    await simulator.stop();
    await folder.remove();
  });

  it('serves the last committed directory while IceWarp is down, says so, and never calls it a wrong password', async () => {
    const env = { ...account, SIDECAR_ICEWARP_URL: simulator.url };
    assert.equal((await runSidecar(['sync'], { cwd: folder.path, env })).code, 0);
    const down = { ...env, SIDECAR_ICEWARP_URL: `http://127.0.0.1:${await findClosedPort()}/` };
    const service = startSidecar(['serve'], { cwd: folder.path, env: down });
    try {
      const [, port = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
      await service.waitFor(/sync ended/, 'stderr');
      const url = `ldap://127.0.0.1:${port}`;
      const search = ['-x', '-LLL', '-H', url, '-D', 'cn=archive', '-w', 'archive-secret-7', '-b', 'o=icewarp'];
      const found = await runProgram('ldapsearch', [...search, '(mail=alice@example.com)', 'cn']);
      assert.match(found.stdout, /^cn: Alice Archer$/m);
      const bind = ['-x', '-H', url, '-D', 'alice@example.com', '-w', 'alice-demo'];
      const { code, stderr } = await runProgram('ldapwhoami', bind);
      assert.ok([51, 52].includes(code ?? 0), stderr);
      const health = await ready(service.output());
      assert.equal(health.code, 200);
      assert.equal(health.status, 'degraded');
      assert.equal(health.parts.icewarp?.state, 'down');
      assert.match(String(health.parts.sync?.lastError), /refused|ECONNREFUSED/);
    } finally {
      await service.stop();
    }
  });

  it('starts with IceWarp down and nothing committed: 503, and it goes on trying', async () => {
    const other = await makeFolder();
    const port = await findClosedPort();
    const env = { ...account, SIDECAR_ICEWARP_URL: `http://127.0.0.1:${port}/` };
    const service = startSidecar(['serve'], { cwd: other.path, env });
    let late: Simulator | undefined;
    try {
      const [, ldapPort = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
      await service.waitFor(/sync ended/, 'stderr');
      const health = await ready(service.output());
      assert.equal(health.code, 503);
      assert.equal(health.parts.directory?.status, 'down');
      const url = `ldap://127.0.0.1:${ldapPort}`;
      const search = ['-x', '-H', url, '-D', 'cn=archive', '-w', 'archive-secret-7', '-b', 'o=icewarp', '-LLL'];
      assert.equal((await runProgram('ldapsearch', search)).code, 52, 'no empty success before the first sync');
      late = await startSimulator({ port, company: demoCompany(), tarpitMs: 500 });
      await service.waitFor(/"directory published"/, 'stderr');
      assert.equal((await ready(service.output())).code, 200);
    } finally {
      await service.stop();
      await late?.stop();
      await other.remove();
    }
  });

  it('serves what the command line commits, without a restart', async () => {
    const other = await makeFolder();
    const env = { ...account, SIDECAR_ICEWARP_URL: simulator.url };
    const service = startSidecar(['serve'], { cwd: other.path, env });
    try {
      const [, port = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
      await service.waitFor(/"sync ended"/, 'stderr');
      simulator.company.addAccount({ address: 'newcomer@example.com', displayName: 'New Comer', password: 'n-demo' });
      const sync = await runSidecar(['sync'], { cwd: other.path, env });
      assert.match(sync.stdout, /^\+1 new/);
      await service.waitFor(/"generation":2/, 'stderr');
      const bind = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', 'newcomer@example.com', '-w', 'n-demo'];
      assert.equal((await runProgram('ldapwhoami', bind)).code, 0);
    } finally {
      simulator.company.removeAccount('newcomer@example.com');
      await service.stop();
      await other.remove();
    }
  });

  it('never prints a password, whatever the log level', async () => {
    const other = await makeFolder();
    const env = { ...account, SIDECAR_ICEWARP_URL: simulator.url, SIDECAR_LOG_LEVEL: 'debug' };
    const service = startSidecar(['serve'], { cwd: other.path, env });
    try {
      const [, port = ''] = await service.waitFor(/"ldap":"127\.0\.0\.1:(\d+)"/, 'stderr');
      await service.waitFor(/"sync ended"/, 'stderr');
      const bind = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', 'alice@example.com', '-w'];
      for (const password of ['alice-demo', 'wrong-demo']) await runProgram('ldapwhoami', [...bind, password]);
      const printed = await runSidecar(['config', 'print'], { cwd: other.path, env });
      const { stdout, stderr } = service.output();
      for (const secret of ['admin-demo', 'alice-demo', 'wrong-demo', 'archive-secret-7']) {
        for (const text of [stdout, stderr, printed.stdout, printed.stderr]) assert.ok(!text.includes(secret));
      }
    } finally {
      await service.stop();
      await other.remove();
    }
  });
});

describe('bad input on the command line', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    folder = await makeFolder();
  });
  after(() => folder.remove());

  it('reports every fault of the settings at once, each with its name and the remedy', async () => {
    await writeFile(join(folder.path, 'bad.yaml'), 'ldap:\n  prot: 389\nsync:\n  intervalSeconds: soon\n');
    const env = { SIDECAR_ICEWARP_URL: 'mail.example.com', SIDECAR_LDAP_PORT: '99999' };
    const { code, stderr } = await runSidecar(['config', 'check', '--config', 'bad.yaml'], { cwd: folder.path, env });
    assert.equal(code, 1);
    for (const part of [
      /bad\.yaml:2:3.*ldap\.prot|ldap\.prot.*bad\.yaml:2:3/,
      /ldap\.port/,
      /bad\.yaml:4:\d+/,
      /SIDECAR_LDAP_PORT/,
      /icewarp\.url/,
      /icewarp\.username/,
    ]) {
      assert.match(stderr, part);
    }
  });

  it('tells why a server cannot be reached', async () => {
    const env = { ...account, SIDECAR_ICEWARP_URL: `http://127.0.0.1:${await findClosedPort()}/` };
    const refused = await runSidecar(['sync'], { cwd: folder.path, env });
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^failed: .*refused/);
  });

  it('says that there is no IceWarp at an address where another web server answers', async () => {
    const other = createHttpServer((_, response) => response.end('<html>Welcome</html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { stdout } = await runSidecar(['sync'], { cwd: folder.path, env: { ...account, SIDECAR_ICEWARP_URL: url } });
    other.close();
    assert.match(stdout, new RegExp(`^failed: no IceWarp API found at ${url}.*icewarp\\.url`));
  });

  it('refuses a service account that is no administrator', async () => {
    const simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0 });
    try {
      const env = {
        ...account,
        SIDECAR_ICEWARP_URL: simulator.url,
        SIDECAR_ICEWARP_USERNAME: 'bob@example.com',
        SIDECAR_ICEWARP_PASSWORD: 'bob-demo',
      };
      const { code, stdout } = await runSidecar(['sync', '--json'], { cwd: folder.path, env });
      assert.equal(code, 1);
      assert.equal(JSON.parse(stdout).error.code, 'forbidden');
      assert.match(JSON.parse(stdout).error.message, /bob@example\.com.*administrator/);
    } finally {
      await simulator.stop();
    }
  });

  it('names the setting when a port that was asked for is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const { code, stderr } = await runSidecar(['serve', '--ldap-port', String(port), '--http-port', '0'], {
      cwd: folder.path,
    });
    blocker.close();
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`${port}.*ldap\\.port`));
  });

  for (const [args, means] of [
    [['sync', '--dry'], /unknown option '--dry'/],
    [['serv'], /unknown command 'serv'/],
    [['explain'], /name one thing to explain: a user, --archive ADDRESS or --privilege NAME/],
    [['users', 'a', 'b'], /too many arguments/],
    [['simulate', '--users', '-3'], /whole number from 1/],
    [['simulate', '--users', '3', '--company', 'x.yaml'], /cannot both be given/],
    [['sync', '--icewarp-password', 'x'], /unknown option '--icewarp-password'/],
    [['sync'], /no IceWarp server is configured/],
    [['explain', 'nobody'], /no user "nobody"/],
    [['users', '--config', 'gone.yaml'], /gone\.yaml/],
    [['users', '--database-url', 'mysql://x'], /database\.url/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runSidecar(args, { cwd: folder.path });
      assert.equal(code, 1);
      assert.match(stderr, means);
      assert.equal(stdout, '', 'results alone go to standard output');
    });
  }
});
