import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoginName, parseLoginName } from '../../../sidecar/core/names.ts';
import { createBlockReader } from '../../../sidecar/icewarp/block-reader.ts';
import { createIcewarpLoginFacts } from '../../../sidecar/icewarp/login-facts.ts';
import { connectionTo, rejectsWith, withSession } from './fixtures.ts';
import { failure, properties, type Script, startServer, unreadable } from './scripted-server.ts';

const al = parseLoginName('al@corp.test') ?? assert.fail();

async function start(script: Script) {
  const server = await startServer(withSession(script));
  const facts = createIcewarpLoginFacts(connectionTo(server.url));
  const done = async (): Promise<void> => {
    await facts.close();
    await server.close();
  };
  return { server, facts, done };
}

const name = (end: string) => `C_Accounts_Policies_Login_${end}`;
const policy = (enable: string, attempts: string, minutes: string, mode: string) => ({
  [name('Enable')]: enable,
  [name('Attempts')]: attempts,
  [name('BlockPeriod')]: minutes,
  [name('Block')]: mode,
});

describe('the login policy of IceWarp', () => {
  const readPolicy = async (answer: string) => {
    const { facts, done } = await start(({ command }) => (command === 'getserverproperties' ? answer : undefined));
    try {
      return await facts.readPolicy();
    } finally {
      await done();
    }
  };

  for (const [number, mode] of [
    ['0', 'delay'],
    ['1', 'block'],
    ['2', 'strict_block'],
  ] as const) {
    it(`is read with its numbers and the mode ${mode}`, async () => {
      const read = await readPolicy(properties(policy('1', '5', '30', number)));
      assert.deepEqual(read, { isEnabled: true, attempts: 5, blockPeriodMs: 1_800_000, mode });
    });
  }

  for (const [what, answer] of [
    ['may not be read', properties({ ...policy('1', '5', '30', '1'), [name('Attempts')]: unreadable })],
    ['is refused', failure('some_uid')],
    ['has no number of failures', properties(policy('1', '', '30', '1'))],
    ['allows no failure', properties(policy('1', '0', '30', '1'))],
    ['has a mode nobody knows', properties(policy('1', '5', '30', '7'))],
    ['has a switch that is none', properties(policy('maybe', '5', '30', '1'))],
  ] as const) {
    it(`is unknown when it ${what}`, async () => assert.equal(await readPolicy(answer), undefined));
  }

  it('is not unknown but a failure when the server does not answer as it should', async () => {
    await rejectsWith(readPolicy('<iq type="result"><query>'), 'upstream_unavailable', /getserverproperties/);
  });
});

describe('whether IceWarp blocks an account', () => {
  for (const [value, isBlocked] of [
    ['1', true],
    ['0', false],
    ['', false],
  ] as const) {
    it(`is ${isBlocked} for "${value}"`, async () => {
      const { facts, server, done } = await start(({ param }) =>
        param('accountemail') === al ? properties({ U_Blocked: value }) : undefined,
      );
      assert.equal(await facts.isBlocked(al), isBlocked);
      assert.equal(server.asked.at(-1)?.param('propname'), 'U_Blocked');
      await done();
    });
  }

  it('is false for an account that is gone, and a failure when it cannot be read', async () => {
    for (const [answer, isBlocked] of [
      [failure('account_invalid'), false],
      [properties({ U_Blocked: unreadable }), undefined],
      [properties({ U_Blocked: 'maybe' }), undefined],
      [failure('some_uid'), undefined],
    ] as const) {
      const { facts, done } = await start(({ param }) => (param('accountemail') === al ? answer : undefined));
      if (isBlocked === undefined) await rejectsWith(facts.isBlocked(al), 'upstream_unavailable', /al@corp\.test/);
      else assert.equal(await facts.isBlocked(al), isBlocked);
      await done();
    }
  });

  it('is asked once in ten seconds for an account, and five times a second in all', async () => {
    let now = 0;
    const asked: LoginName[] = [];
    const isBlocked = createBlockReader(
      async (login) => {
        asked.push(login);
        return true;
      },
      () => now,
    );
    const names = Array.from({ length: 6 }, (_, number) => `user${number}@corp.test` as LoginName);
    const [first = al, , , , , last = al] = names;
    await Promise.all([isBlocked(first), isBlocked(first)]);
    for (const login of names.slice(0, 5)) await isBlocked(login);
    assert.equal(asked.length, 5);
    await rejectsWith(isBlocked(last), 'upstream_undecided', /too many/);
    now = 1001;
    assert.equal(await isBlocked(last), true);
    now = 9_999;
    await isBlocked(first);
    assert.equal(asked.length, 6);
    now = 10_000;
    await isBlocked(first);
    assert.equal(asked.length, 7);
  });
});
