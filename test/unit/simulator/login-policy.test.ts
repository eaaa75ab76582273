import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { credentials, leaves, propertiesOf, startTestSimulator, uidOf } from './simulator-client.ts';

const blockedUid = 'simulator_login_refusal_undocumented';
const minuteMs = 60_000;
const policyOf = (mode: number, more: Record<string, string> = {}) => ({
  settings: {
    C_Accounts_Policies_Login_Enable: '1',
    C_Accounts_Policies_Login_Attempts: '3',
    C_Accounts_Policies_Login_BlockPeriod: '10',
    C_Accounts_Policies_Login_Block: String(mode),
    ...more,
  },
});

async function startPolicySimulator(mode: number, more: Record<string, string> = {}) {
  const client = await startTestSimulator();
  const { simulator, call } = client;
  simulator.company.patchServer(policyOf(mode, more));
  /** The uid of the refusal, or "in". */
  const ask = async (email: string, password: string, command = 'getauthtoken') => {
    const reply = await call(command, credentials(email, password));
    return uidOf(reply) ?? (/<iq type="result"/.test(reply) ? 'in' : 'neither');
  };
  const fail = async (email: string, times: number) => {
    for (let time = 0; time < times; time++) assert.equal(await ask(email, 'wrong'), 'auth_login_invalid');
  };
  const sid = await client.login();
  const isBlocked = async (address: string) => {
    const [value] = leaves(await call('getaccountproperties', propertiesOf(address, 'U_Blocked'), sid), 'val');
    return value === '1';
  };
  return { ...client, ask, fail, isBlocked, sid };
}

describe('simulator login policy: delay', async () => {
  const { simulator, ask, call, fail, isBlocked } = await startPolicySimulator(0);
  const holdMs = 300;
  const timed = async (email: string, password: string) => {
    const started = performance.now();
    const answer = await ask(email, password);
    return { answer, isHeld: performance.now() - started >= holdMs - 5 };
  };
  before(async () => {
    await fail('alice@example.com', 5);
    await call('authenticate', credentials('bob@example.com', 'wrong'));
  });

  it('holds the first right password after a failure back, not the second, and blocks nobody', async () => {
    simulator.setTarpit(holdMs);
    assert.deepEqual(await timed('alice@example.com', 'alice-demo'), { answer: 'in', isHeld: true });
    assert.deepEqual(await timed('alice@example.com', 'alice-demo'), { answer: 'in', isHeld: false });
    assert.equal(await isBlocked('alice@example.com'), false);
  });

  it('does so for an account that failed elsewhere, by an alias', async () => {
    assert.equal(simulator.loginElsewhere('robert@example.net', 'wrong').kind, 'refused');
    assert.deepEqual(await timed('bob@example.com', 'bob-demo'), { answer: 'in', isHeld: true });
    assert.equal(simulator.loginReport().accounts['bob@example.com']?.api.delayed, 1);
  });

  it('forgets a failure after the block period, unless told that failures never expire', async () => {
    simulator.loginElsewhere('erin@example.com', 'wrong');
    simulator.advanceClock(10 * minuteMs);
    assert.deepEqual(await timed('erin@example.com', 'erin-demo'), { answer: 'in', isHeld: false });
    const { dialect } = simulator.company.server;
    simulator.company.patchServer({ dialect: { ...dialect, failuresExpire: false } });
    simulator.loginElsewhere('erin@example.com', 'wrong');
    simulator.advanceClock(10 * minuteMs);
    assert.deepEqual(await timed('erin@example.com', 'erin-demo'), { answer: 'in', isHeld: true });
  });

  it('answers what is held back when the clock is moved beyond its time', async () => {
    simulator.setTarpit(30_000);
    const started = performance.now();
    const held = ask('grace@example.com', 'wrong');
    while (simulator.loginReport().accounts['grace@example.com'] === undefined) await new Promise(setImmediate);
    simulator.advanceClock(31_000);
    assert.equal(await held, 'auth_login_invalid');
    assert.ok(performance.now() - started < 5_000);
    simulator.setTarpit(0);
  });

  it('holds no right password back when the policy is switched off', async () => {
    simulator.company.patchServer(policyOf(0, { C_Accounts_Policies_Login_Enable: '0' }));
    await fail('grace@example.com', 1);
    simulator.setTarpit(holdMs);
    assert.deepEqual(await timed('grace@example.com', 'grace-demo'), { answer: 'in', isHeld: false });
  });
});

describe('simulator login policy: block', async () => {
  const { simulator, ask, fail, isBlocked, control } = await startPolicySimulator(1);

  it('blocks at the third failure in a row, and the first right password only unblocks', async () => {
    await fail('alice@example.com', 2);
    assert.equal(await isBlocked('alice@example.com'), false);
    await fail('alice@example.com', 1);
    assert.equal(await isBlocked('alice@example.com'), true);
    assert.equal(await ask('alice@example.com', 'alice-demo'), blockedUid);
    assert.equal(await isBlocked('alice@example.com'), false);
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'in');
  });

  it('keeps the first right password out after the period, too', async () => {
    await fail('grace@example.com', 3);
    simulator.advanceClock(10 * minuteMs);
    assert.equal(await isBlocked('grace@example.com'), false);
    assert.equal(await ask('grace@example.com', 'grace-demo'), blockedUid);
    assert.equal(await ask('grace@example.com', 'grace-demo'), 'in');
  });

  it('counts failures in a row only', async () => {
    for (let round = 0; round < 3; round++) {
      await fail('bob@example.com', 2);
      assert.equal(await ask('bob@example.com', 'bob-demo'), 'in');
    }
  });

  it('counts getauthtoken, authenticate and other ways in together, under every name of the account', async () => {
    assert.equal(await ask('bob', 'wrong', 'authenticate'), 'auth_login_invalid');
    assert.equal(await ask('ROBERT@example.net', 'wrong'), 'auth_login_invalid');
    const elsewhere = await control('POST', 'logins', { name: 'bob@example.com', password: 'wrong' });
    assert.deepEqual(await elsewhere.json(), { outcome: 'refused', reason: 'invalid' });
    assert.equal(await isBlocked('bob@example.com'), true);
    const again = await control('POST', 'logins', { name: 'bob@example.com', password: 'bob-demo' });
    assert.deepEqual(await again.json(), { outcome: 'refused', reason: 'blocked' });
    assert.equal(await ask('bob@example.com', 'bob-demo', 'authenticate'), 'in');
  });

  it('does not count unknown names, a missing second factor or a disabled account with its right password', async () => {
    await fail('nobody@example.com', 5);
    for (let time = 0; time < 5; time++) {
      assert.equal(await ask('dave@example.com', 'dave-demo'), 'auth_two_factor_required');
      assert.equal(await ask('carol@example.com', 'carol-demo'), 'account_disabled_2');
    }
    assert.equal(await isBlocked('dave@example.com'), false);
    assert.equal(simulator.loginElsewhere('dave@example.com', 'dave-demo').kind, 'accepted');
    assert.equal(simulator.loginReport().unknown.api.failures, 5);
  });

  it('can answer the right password of a blocked account like a wrong one', async () => {
    const { dialect } = simulator.company.server;
    simulator.company.patchServer({ dialect: { ...dialect, blockedAsInvalid: true } });
    await fail('alice@example.com', 3);
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'auth_login_invalid');
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'in');
    assert.equal(await ask('mallory@example.org', 'mallory-demo'), 'auth_login_invalid');
    simulator.company.patchServer({ dialect });
  });

  it('says whose failures blocked an account, and can be told to start afresh', async () => {
    assert.equal((await control('DELETE', 'logins')).status, 204);
    await fail('grace@example.com', 2);
    simulator.loginElsewhere('grace@example.com', 'wrong');
    await ask('grace@example.com', 'grace-demo');
    simulator.loginElsewhere('erin@example.com', 'wrong');
    const report = JSON.parse(await (await control('GET', 'logins')).text());
    const none = { questions: 0, accepted: 0, failures: 0, refusals: 0, delayed: 0, blocks: 0 };
    assert.deepEqual(report.accounts['grace@example.com'], {
      api: { ...none, questions: 3, failures: 2, refusals: 1 },
      elsewhere: { ...none, questions: 1, failures: 1, blocks: 1 },
    });
    assert.equal(report.blockCount, 1);
    assert.equal(report.blocks[0].account, 'grace@example.com');
    assert.deepEqual(report.blocks[0].failures, { api: 2, elsewhere: 1 });
    assert.deepEqual(report.blockedNow, []);
    assert.doesNotMatch(JSON.stringify(report), /wrong|demo/);
  });

  it('is unblocked by an administrator, and by leaving and coming back', async () => {
    await fail('alice@example.com', 3);
    assert.deepEqual(simulator.loginReport().blockedNow, ['alice@example.com']);
    assert.equal((await control('POST', 'accounts/alice@example.com/unblock')).status, 200);
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'in');
    assert.equal((await control('POST', 'accounts/nobody@example.com/unblock')).status, 404);
    await fail('alice@example.com', 3);
    const account = await (await control('GET', 'accounts/alice@example.com')).json();
    await control('DELETE', 'accounts/alice@example.com');
    await control('POST', 'accounts', account);
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'in');
  });

  it('does nothing when the policy is switched off', async () => {
    simulator.company.patchServer(policyOf(1, { C_Accounts_Policies_Login_Enable: '0' }));
    await fail('trent@example.org', 5);
    assert.equal(await ask('trent@example.org', 'trent-demo'), 'in');
    assert.equal(await isBlocked('trent@example.org'), false);
  });
});

describe('simulator login policy: strict block', async () => {
  const { simulator, ask, fail, isBlocked } = await startPolicySimulator(2);

  it('refuses every attempt within the period, which neither shortens nor extends it', async () => {
    await fail('alice@example.com', 3);
    simulator.advanceClock(9 * minuteMs);
    assert.equal(await ask('alice@example.com', 'alice-demo'), blockedUid);
    assert.equal(await ask('alice@example.com', 'alice-demo'), blockedUid);
    await fail('alice@example.com', 3);
    assert.equal(await isBlocked('alice@example.com'), true);
    simulator.advanceClock(minuteMs);
    assert.equal(await isBlocked('alice@example.com'), false);
    assert.equal(await ask('alice@example.com', 'alice-demo'), 'in');
  });

  it('forgets failures that lie a block period back', async () => {
    for (let round = 0; round < 3; round++) {
      await fail('bob@example.com', 2);
      simulator.advanceClock(10 * minuteMs);
    }
    assert.equal(await ask('bob@example.com', 'bob-demo'), 'in');
    assert.equal(simulator.loginReport().blockCount, 1);
  });

  it('counts from nothing after a block, even where failures never expire', async () => {
    const { dialect } = simulator.company.server;
    simulator.company.patchServer({ dialect: { ...dialect, failuresExpire: false } });
    await fail('grace@example.com', 3);
    simulator.advanceClock(10 * minuteMs);
    await fail('grace@example.com', 2);
    assert.equal(await isBlocked('grace@example.com'), false);
    simulator.advanceClock(600 * minuteMs);
    await fail('grace@example.com', 1);
    assert.equal(await isBlocked('grace@example.com'), true);
    assert.deepEqual(simulator.loginReport().blocks.at(-1)?.failures, { api: 3, elsewhere: 0 });
  });
});
