import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { totpCode } from '../../sidecar/simulator/simulator.ts';
import { runSidecar } from '../support/sidecar-process.ts';
import { deadlineMs, policyOf, startScenario, tarpitMs } from './support/login-scenario.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';
/** What the promise of two seconds allows. */
const heardMs = 2000;
const untilIcewarpAnswered = () => delay(tarpitMs - deadlineMs + 500);

describe('logins through LDAP to IceWarp', { concurrency: 4, skip: process.platform !== 'linux' }, () => {
  it('a wrong password is 49 at the deadline and known from then on; the right one is 0 at once', async (t) => {
    const { bind, questions, simulator } = await startScenario(t);
    const wrong = await bind(alice, 'wrong');
    assert.equal(wrong.code, 49);
    assert.ok(wrong.ms > deadlineMs - 50 && wrong.ms < deadlineMs + 700, `${wrong.ms} ms`);
    const right = await bind(alice, 'alice-demo');
    assert.equal(right.code, 0);
    assert.ok(right.ms < 500, `${right.ms} ms`);
    await untilIcewarpAnswered();
    assert.equal(questions(alice), 2);
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('refusals of every cause leave at the deadline with 49', async (t) => {
    const { bind, questions } = await startScenario(t);
    const refusals = await Promise.all([
      bind('nobody@example.com', 'x'),
      bind('nobody', 'x'),
      bind(alice, 'wrong'),
      bind('carol@example.com', 'carol-demo'),
      bind('frank@example.com', 'frank-demo'),
      bind('dave@example.com', 'dave-demo'),
    ]);
    assert.deepEqual(
      refusals.map(({ code }) => code),
      [49, 49, 49, 49, 49, 49],
    );
    for (const { ms } of refusals) assert.ok(ms > deadlineMs - 50 && ms < deadlineMs + 700, `${ms} ms`);
    assert.equal(questions('carol@example.com'), 0, 'a disabled account is not asked about');
  });

  for (const mode of ['block', 'strict_block'] as const) {
    it(`the owner's right password is 0 after a stranger's failures (${mode})`, async (t) => {
      const { bind, questions, simulator } = await startScenario(t, { mode });
      await Promise.all([bind(bob, 'guess 1', '127.0.0.2'), bind(bob, 'guess 2', '127.0.0.3')]);
      assert.equal((await bind('robert@example.com', 'bob-demo', '127.0.0.4')).code, 0);
      assert.equal(questions(bob), 3);
      assert.deepEqual(simulator.loginReport().blockedNow, []);
    });
  }

  it('a right password that IceWarp holds back after a failure is 51, never 49, and in with the next try (delay)', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, { mode: 'delay' });
    await bind(bob, 'guess', '127.0.0.2');
    await untilIcewarpAnswered();
    assert.equal((await bind(bob, 'bob-demo', '127.0.0.4')).code, 51);
    await untilIcewarpAnswered();
    const next = await bind(bob, 'bob-demo', '127.0.0.4');
    assert.equal(next.code, 0);
    assert.equal(questions(bob), 2, 'what IceWarp had accepted meanwhile is not asked again');
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('a stale phone asks once, its owner gets in all the while', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, { mode: 'block' });
    assert.equal((await bind(bob, 'bob-demo', '127.0.0.4')).code, 0);
    assert.equal((await bind(bob, 'last-year')).code, 49);
    await untilIcewarpAnswered();
    for (let time = 0; time < 10; time++) {
      const phone = await bind(bob, 'last-year');
      assert.equal(phone.code, 49);
      assert.ok(phone.ms < 500, `${phone.ms} ms`);
      assert.equal((await bind(bob, 'bob-demo', '127.0.0.4')).code, 0);
    }
    assert.equal(simulator.loginReport().accounts[bob]?.api.failures, 1);
    assert.equal(questions(bob), 12);
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('a spray from one address asks up to the limit of the address, which others do not feel', async (t) => {
    const env = { SIDECAR_LOGIN_LIMITS_ADDRESS_FAILURES: '5' };
    const { bind, questions, simulator } = await startScenario(t, { mode: 'strict_block', env });
    const names = [alice, bob, 'grace@example.com', ...['v', 'w', 'x', 'y', 'z'].map((name) => `${name}@example.com`)];
    const sprayed = await Promise.all(names.map((name) => bind(name, 'Spring2026', '127.0.0.2')));
    // They come by several connections: which five are the first ones is open.
    assert.deepEqual(sprayed.map(({ code }) => code).sort(), [49, 49, 49, 49, 49, 51, 51, 51]);
    const asked = [undefined, alice, bob, 'grace@example.com'].map((name) => questions(name));
    assert.equal(
      asked.reduce((sum, count) => sum + count, 0),
      5,
    );
    assert.equal((await bind(alice, 'alice-demo', '127.0.0.3')).code, 0);
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('an application is not held up by the failures of its people', async (t) => {
    const env = { SIDECAR_LOGIN_LIMITS_ADDRESS_FAILURES: '2', SIDECAR_LOGIN_APPLICATION_NETWORKS: '127.0.0.2' };
    const { bind } = await startScenario(t, { mode: 'block', env });
    const names = ['v', 'w', 'x', 'y', 'z'].map((name) => `${name}@example.com`);
    const sprayed = await Promise.all(names.map((name) => bind(name, 'Spring2026', '127.0.0.2')));
    assert.deepEqual(
      sprayed.map(({ code }) => code),
      [49, 49, 49, 49, 49],
    );
    assert.equal((await bind(alice, 'alice-demo', '127.0.0.2')).code, 0);
  });

  it('five wrong passwords at once against a limit of three are three questions, and nobody is locked', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, { mode: 'block' });
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => bind(bob, `guess ${number}`, `127.0.0.${number + 1}`)),
    );
    for (const { code } of outcomes) assert.equal(code, 51);
    await untilIcewarpAnswered();
    assert.equal((await bind(bob, 'bob-demo')).code, 51, 'our own limit');
    assert.equal(questions(bob), 3);
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('the limit stays two below that of IceWarp, as read from it', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, {
      prepare: ({ company }) => void company.patchServer(policyOf('block', 4)),
    });
    await Promise.all([1, 2, 3, 4].map((number) => bind(bob, `guess ${number}`, `127.0.0.${number + 1}`)));
    assert.equal(questions(bob), 2);
    assert.deepEqual(simulator.loginReport().blockedNow, []);
  });

  it('failures outlive a restart, and `users unlock` clears them in the running service', async (t) => {
    const scenario = await startScenario(t);
    await Promise.all([1, 2, 3].map((number) => scenario.bind(bob, `guess ${number}`, `127.0.0.${number + 1}`)));
    await untilIcewarpAnswered();
    await scenario.restartService();
    await delay(heardMs);
    assert.equal((await scenario.bind(bob, 'bob-demo')).code, 51, 'three failures are the limit');
    assert.equal(scenario.questions(bob), 3);
    const { code, stdout, stderr } = await runSidecar(['users', 'unlock', 'robert@example.com'], {
      cwd: scenario.folder,
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^bob@example\.com is unlocked/);
    await delay(heardMs);
    assert.equal((await scenario.bind(bob, 'bob-demo')).code, 0);
    assert.deepEqual(scenario.simulator.loginReport().blockedNow, []);
  });

  it('while IceWarp is down nothing is 49 and nothing is counted; when it is back the next login is 0', async (t) => {
    const scenario = await startScenario(t, { mode: 'block' });
    await scenario.simulator.stop();
    const down = await Promise.all([1, 2, 3, 4, 5].map((number) => scenario.bind(alice, `alice-demo${number}`)));
    for (const { code } of [...down, await scenario.bind('nobody@example.com', 'x')]) assert.equal(code, 52);
    await scenario.restartIcewarp();
    assert.equal((await scenario.bind(alice, 'alice-demo')).code, 0);
    assert.equal(scenario.questions(alice), 1);
  });

  it('an account that IceWarp takes any password for is never let in nor asked about', async (t) => {
    const { bind, questions } = await startScenario(t, {
      prepare: ({ company }) => void company.patchAccount(alice, { authMode: 'any_password' }),
    });
    assert.equal((await bind(alice, 'anything')).code, 49);
    assert.equal(questions(alice), 0);
  });

  it('an account that IceWarp blocks is not asked about while the block holds', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, {
      mode: 'block',
      prepare({ loginElsewhere }) {
        for (let time = 0; time < 5; time++) loginElsewhere(alice, 'wrong');
      },
    });
    assert.deepEqual(simulator.loginReport().blockedNow, [alice]);
    assert.equal((await bind(alice, 'alice-demo')).code, 49);
    assert.equal(questions(alice), 0);
  });

  it('a second factor comes with the password where the listener takes codes', async (t) => {
    const { bind, questions, simulator } = await startScenario(t, { env: { SIDECAR_LOGIN_TWO_FACTOR_LDAP: 'code' } });
    const secret = simulator.company.account('dave@example.com')?.secondFactor?.secret ?? assert.fail();
    assert.equal((await bind('dave', `dave-demo,${totpCode(secret, Date.now())}`)).code, 0);
    assert.equal(questions('dave@example.com'), 1, 'one bind, one question');
  });

  it('a second factor is left to the application where the password suffices', async (t) => {
    const { bind } = await startScenario(t, { env: { SIDECAR_LOGIN_TWO_FACTOR_LDAP: 'accept' } });
    assert.equal((await bind('dave', 'dave-demo')).code, 0);
  });
});
