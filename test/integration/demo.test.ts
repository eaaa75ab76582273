import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createBrowser } from '../facade/oidc/support/browser.ts';
import { missingPrograms } from '../support/programs.ts';
import {
  type Ended,
  makeFolder,
  runProgram,
  runSidecar,
  type SidecarProcess,
  startSidecar,
} from '../support/sidecar-process.ts';

describe('the demo, as a new user meets it', { skip: missingPrograms('ldapsearch', 'ldapwhoami') }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let demo: SidecarProcess;
  let banner = '';
  let ldapUrl = '';

  before(async () => {
    folder = await makeFolder();
    demo = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: folder.path });
    await demo.waitFor(/Ctrl-C ends the demo/);
    banner = demo.output().stdout;
    ldapUrl = /ldap:\/\/\S+/.exec(banner)?.[0] ?? '';
  });
  after(async () => {
    await demo.stop();
    await folder.remove();
  });

  /** Runs a line of the banner as a shell would split it. */
  function runPrinted(start: string): Promise<Ended> {
    const line = banner.split('\n').find((text) => text.trim().startsWith(start));
    assert.ok(line, `the banner has a line that starts with ${start}`);
    const [program = '', ...args] = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
    return runProgram(program, args);
  }
  const whoAmI = (name: string, password: string) =>
    runProgram('ldapwhoami', ['-x', '-H', ldapUrl, '-D', name, '-w', password]);

  it('prints an ldapsearch that finds bob by his alias, with his groups and privileges', async () => {
    const { code, stdout } = await runPrinted('ldapsearch');
    assert.equal(code, 0);
    assert.match(stdout, /^dn: uid=bob@example\.com,ou=users,o=icewarp$/m);
    assert.match(stdout, /^memberOf: cn=archive-admins@example\.com,ou=groups,o=icewarp$/m);
    assert.match(stdout, /^memberOf: cn=ReadOwnArchive,ou=privileges,o=icewarp$/m);
  });

  it('prints an ldapwhoami that answers with the DN of alice', async () => {
    const { code, stdout } = await runPrinted('ldapwhoami');
    assert.equal(code, 0);
    assert.equal(stdout.trim(), 'dn:uid=alice@example.com,ou=users,o=icewarp');
  });

  for (const [name, means] of [
    ['robert@example.com', 'an alias'],
    ['BOB@Example.COM', 'another case'],
    ['bob@example.net', 'a domain alias'],
    ['bob', 'a unique local part'],
    ['EXAMPLE\\bob', 'a down-level name'],
    ['uid=Bob@example.com, ou=Users, o=IceWarp', 'a DN in another spelling'],
  ] as const) {
    it(`lets bob log in by ${means}`, async () => {
      const { stdout } = await whoAmI(name, 'bob-demo');
      assert.equal(stdout.trim(), 'dn:uid=bob@example.com,ou=users,o=icewarp');
    });
  }

  for (const [name, password, means] of [
    ['alice@example.com', 'wrong', 'a wrong password'],
    ['carol@example.com', 'carol-demo', 'a disabled account'],
    ['dave@example.com', 'dave-demo', 'an account with a second factor'],
    ['frank@example.com', 'frank-demo', 'an expired account'],
    ['erin@example.com', 'erin-demo', 'an expired password'],
    ['nobody@example.com', 'whatever', 'an unknown name'],
    ['cn=reader', 'wrong', 'a wrong password of the service account'],
  ] as const) {
    it(`refuses ${means} with 49 and one text`, async () => {
      const { code, stderr } = await whoAmI(name, password);
      assert.equal(code, 49);
      assert.match(stderr, /invalid name or password/);
    });
  }

  it('lets another terminal ask about the demo without any settings', async () => {
    const dryRun = await runSidecar(['sync', '--dry-run', '--json'], { cwd: folder.path });
    assert.equal(dryRun.code, 0, dryRun.stderr);
    assert.equal(JSON.parse(dryRun.stdout).outcome, 'unchanged');
    const explained = await runSidecar(['explain', 'alice'], { cwd: folder.path });
    assert.match(explained.stdout, /auditors@example\.com ← legal-team@example\.com ← alice@example\.com/);
    const users = await runSidecar(['users', '--json'], { cwd: folder.path });
    assert.equal(JSON.parse(users.stdout).users.length, 24);
  });

  it('prints the address of an application that signs alice in and shows what it got to know', async () => {
    const url = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(banner)?.[1] ?? '';
    const browser = createBrowser();
    const start = await browser.open(url);
    assert.match(start.html, /href="\/sign-in"/);
    const away = await browser.open(`${url}sign-in`);
    const login = await browser.open(away.next ?? '');
    assert.match(login.html, /Sign in to Demo application/);
    const end = await browser.submit(login, { username: 'alice@example.com', password: 'alice-demo' });
    const page = await browser.open(end.next ?? '');
    assert.equal(page.url.href, url);
    assert.match(page.html, /Welcome, Alice Archer.*auditors@example\.com/s);
  });

  it('tells its state over HTTP', async () => {
    const httpUrl = /http:\/\/\S+\/health\/ready/.exec(banner)?.[0] ?? '';
    const ready = await fetch(httpUrl);
    assert.equal(ready.status, 200);
    const { parts } = (await ready.json()) as { parts: Record<string, Record<string, unknown>> };
    assert.equal(parts.directory?.users, 24);
    assert.equal(parts.icewarp?.state, 'up');
    const metrics = await (await fetch(httpUrl.replace('/health/ready', '/metrics'))).text();
    assert.match(metrics, /icewarp_sidecar_icewarp_calls_total\{command="getaccountproperties",outcome="ok"\} \d+/);
    assert.match(metrics, /icewarp_sidecar_ldap_binds_total\{result="49"\} \d+/);
  });

  it('takes a free port where a default one is taken, and says so', async () => {
    const blocker = createServer().listen(10_389, '127.0.0.1');
    // Taken by somebody else already: just as good.
    await Promise.race([once(blocker, 'listening'), once(blocker, 'error')]).catch(() => {});
    const other = await makeFolder();
    const second = startSidecar(['serve', '--http-port', '0'], { cwd: other.path });
    try {
      await second.waitFor(/ldap:\/\/127\.0\.0\.1:\d+ .*\(10389 was taken\)/);
    } finally {
      await second.stop();
      blocker.close();
      await other.remove();
    }
  });

  it('ends within a second of Ctrl-C, with status 0, even while IceWarp holds a password back', async () => {
    const other = await makeFolder();
    const second = startSidecar(['serve', '--ldap-port', '0', '--http-port', '0'], { cwd: other.path });
    await second.waitFor(/Ctrl-C ends the demo/);
    const url = /ldap:\/\/\S+/.exec(second.output().stdout)?.[0] ?? '';
    const held = runProgram('ldapwhoami', ['-x', '-H', url, '-D', 'alice@example.com', '-w', 'wrong']);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { code, ms } = await second.stop();
    assert.equal(code, 0);
    assert.ok(ms < 1_000, `it took ${ms} ms`);
    await held;
    assert.equal(existsSync(`${other.path}/data/demo/sidecar.yaml`), false, 'the demo leaves no settings behind');
    await other.remove();
  });
});
