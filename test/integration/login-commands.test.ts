import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { runSidecar } from '../support/sidecar-process.ts';
import { deadlineMs, startScenario, tarpitMs } from './support/login-scenario.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';
/** What the promise of two seconds allows. */
const heardMs = 2000;

describe('what the command line does to logins of a running service', {
  concurrency: 2,
  skip: process.platform !== 'linux',
}, () => {
  it('app passwords come and go within two seconds, from their network alone, and IceWarp never hears of them', async (t) => {
    const scenario = await startScenario(t, { env: { SIDECAR_AUDIT_FILE: 'audit.log' } });
    const { bind, questions, folder } = scenario;
    const env = { SIDECAR_AUDIT_FILE: 'audit.log' };
    const run = (...args: readonly string[]) => runSidecar(['users', 'app-passwords', ...args], { cwd: folder, env });
    const network = ['--network', '127.0.0.2', '--listener', 'ldap'];
    const added = await run('add', 'robert@example.com', '--name', 'phone', ...network, '--json');
    assert.equal(added.code, 0, added.stderr);
    const { password, id, networks } = JSON.parse(added.stdout) as { password: string; id: string; networks: string[] };
    assert.deepEqual(networks, ['127.0.0.2/32']);
    await delay(heardMs);
    const right = await bind(bob, password, '127.0.0.2');
    assert.equal(right.code, 0);
    assert.ok(right.ms < 500, `${right.ms} ms`);
    const [elsewhere, whose] = await Promise.all([
      bind(bob, password, '127.0.0.3'),
      bind(alice, password, '127.0.0.2'),
    ]);
    // On a machine too busy for evidence it is 51; the audit below has the reason.
    for (const { code } of [elsewhere, whose]) assert.ok(code === 49 || code === 51, `${code}`);
    assert.ok(elsewhere.ms > deadlineMs - 50 && whose.ms > deadlineMs - 50, `${elsewhere.ms} ms, ${whose.ms} ms`);

    const listed = await run('list', 'bob');
    const today = new Date().toISOString().slice(0, 10);
    assert.match(
      listed.stdout,
      new RegExp(`^phone  ${id}  usable  ldap       127\\.0\\.0\\.2/32  \\S+  ${today}$`, 'm'),
    );
    assert.ok(!listed.stdout.includes(password));
    const removed = await run('remove', 'bob', '--name', 'PHONE');
    assert.equal(removed.stdout, 'the app password PHONE of bob@example.com is removed\n');
    await delay(heardMs);
    assert.notEqual((await bind(bob, password, '127.0.0.2')).code, 0);
    assert.equal(questions(bob) + questions(alice), 0);

    await scenario.app.stop();
    const audit = await readFile(join(folder, 'audit.log'), 'utf8');
    assert.ok(!audit.includes(password.split('.')[1] ?? ''));
    const lines = audit.split('\n').filter((line) => line !== '');
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const acts = entries.filter(({ kind }) => kind === 'act').map(({ act, target, actor }) => [act, target, actor]);
    assert.deepEqual(acts, [
      ['app_password_added', `${bob} ${id}`, 'command line'],
      ['app_password_removed', `${bob} ${id}`, 'command line'],
    ]);
    const logins = entries.filter(({ kind }) => kind === 'login');
    assert.deepEqual(
      logins.map(({ listener, clientAddress, reason, appPassword }) => [listener, clientAddress, reason, appPassword]),
      [
        ['ldap', '127.0.0.2', undefined, id],
        ['ldap', '127.0.0.3', 'app_password_not_for_here', id],
        ['ldap', '127.0.0.2', 'wrong_app_password', undefined],
        ['ldap', '127.0.0.2', 'wrong_app_password', undefined],
      ].sort(
        (one, other) =>
          logins.findIndex((line) => line.reason === one[2]) - logins.findIndex((line) => line.reason === other[2]),
      ),
    );
  });

  it('app passwords that cannot be are refused with what is wrong', async (t) => {
    const { folder } = await startScenario(t);
    const run = (...args: readonly string[]) => runSidecar(['users', 'app-passwords', ...args], { cwd: folder });
    const [network, listener, user] = await Promise.all([
      run('add', 'bob', '--name', 'x', '--network', '127.0.0.0/33'),
      run('add', 'bob', '--name', 'x', '--listener', 'dmz'),
      run('add', 'nobody', '--name', 'x'),
    ]);
    assert.match(network.stderr, /"127\.0\.0\.0\/33" is no network/);
    assert.match(listener.stderr, /there is no LDAP listener "dmz"; there are: ldap/);
    assert.match(user.stderr, /no user "nobody"/);
    assert.deepEqual([network.code, listener.code, user.code], [1, 1, 1]);
  });

  it('`users login-state` tells counters, memories and who keeps a user out; without a service the counters alone', async (t) => {
    const scenario = await startScenario(t);
    const ask = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await runSidecar(['users', 'login-state', ...args], { cwd: scenario.folder });
      assert.equal(code, 0, stderr);
      return { stdout, stderr };
    };
    const before = Date.now();
    await Promise.all([1, 2, 3].map((number) => scenario.bind(bob, `guess ${number}`, `127.0.0.${number + 1}`)));
    await delay(tarpitMs - deadlineMs + 500);
    const { stdout } = await ask('robert@example.com', '--json');
    const report = JSON.parse(stdout);
    assert.equal(report.login, bob);
    assert.equal(report.kept.failures, 3);
    assert.equal(report.services.length, 1);
    const { state } = report.services[0];
    assert.deepEqual([state.failures, state.limit, state.heldBy, state.knownBadPasswords], [3, 3, 'us', 3]);
    assert.ok(Date.parse(state.heldSince) >= before && Date.parse(state.heldSince) <= Date.now());
    const shown = await ask('bob');
    assert.match(shown.stdout, /^held by +the sidecar, until failures have aged or the user is unlocked$/m);
    assert.match((await ask('alice')).stdout, /^held by +nobody$/m);
    assert.match((await ask('nobody@example.com')).stdout, /^nobody@example\.com: 0 failed logins/);

    await scenario.app.stop();
    const alone = await ask('bob');
    assert.match(alone.stdout, /^bob@example\.com: 3 failed logins kept in the database, the latest at 20/);
    assert.match(alone.stderr, /no running service answered: what services keep in memory alone is not shown/);
  });

  it('an account whose password IceWarp would ask us for is refused without a question, and the sync warns of it', async (t) => {
    const { bind, questions, folder, simulator } = await startScenario(t, {
      env: { SIDECAR_ICEWARP_OWN_DIRECTORY: 'ldap.example.com' },
      prepare: ({ company }) => {
        company.patchAccount(alice, { authMode: 'directory', authModeValue: 'LDAP.example.com;uid=alice' });
        company.patchAccount(bob, { authMode: 'directory', authModeValue: 'dc1.example.com' });
      },
    });
    const [loop, other] = await Promise.all([bind(alice, 'alice-demo'), bind(bob, 'bob-demo')]);
    assert.equal(loop.code, 49);
    assert.ok(loop.ms > deadlineMs - 50, `${loop.ms} ms`);
    assert.equal(questions(alice), 0);
    assert.equal(questions(bob), 1, 'another directory is none of our business');
    assert.ok(other.code === 0 || other.code === 49);
    const env = {
      SIDECAR_ICEWARP_URL: simulator.url,
      SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
      SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
      SIDECAR_ICEWARP_OWN_DIRECTORY: 'ldap.example.com',
    };
    const { stdout, stderr } = await runSidecar(['sync', '--dry-run'], { cwd: folder, env });
    assert.match(`${stdout}${stderr}`, /alice@example\.com: U_AuthModeValue .* round in a circle; nobody may log in/);
  });
});
