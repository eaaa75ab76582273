import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PolicyMode } from './support/fake-icewarp.ts';
import { createScenario, users } from './support/scenario.ts';

const modes: readonly PolicyMode[] = ['delay', 'block', 'strict_block'];
const minuteMs = 60_000;

describe('a password spray', () => {
  it('from one address ends at the limit of the address, and nobody is locked', async () => {
    const { outcome, questions, icewarp, world } = createScenario({ mode: 'block' });
    for (const name of users.slice(0, 40)) await outcome(name, 'Spring2026', { clientAddress: '198.51.100.1' });
    assert.equal(questions(), 20);
    assert.deepEqual(icewarp.blocked, []);
    assert.equal(await outcome('user50', 'user50-right', { clientAddress: '198.51.100.2' }), 'accepted');
    assert.equal(await outcome('user51', 'user51-right', { clientAddress: '198.51.100.1' }), 'held_back');
    await world.pass(15 * minuteMs);
    assert.equal(await outcome('user51', 'user51-right', { clientAddress: '198.51.100.1' }), 'accepted');
  });

  it('from many addresses on many accounts asks once for each and locks nobody', async () => {
    const { outcome, questions, icewarp } = createScenario({ mode: 'strict_block' });
    for (const [number, name] of users.entries()) {
      assert.equal(await outcome(name, 'Spring2026', { clientAddress: `198.51.100.${number}` }), 'refused');
    }
    assert.equal(questions(), users.length);
    assert.deepEqual(icewarp.blocked, []);
    assert.equal(await outcome('user7', 'user7-right'), 'accepted');
  });

  it('from many addresses on one account stops two short of IceWarp’s limit', async () => {
    for (const mode of modes) {
      const { outcome, questions, icewarp } = createScenario({ mode, attempts: 5 });
      for (let number = 0; number < 12; number++) {
        await outcome('bob', `guess ${number}`, { clientAddress: `198.51.100.${number}` });
      }
      assert.equal(questions('bob'), 3);
      assert.deepEqual(icewarp.blocked, []);
    }
  });

  it('by an application does not lock the application', async () => {
    const { outcome, questions, icewarp } = createScenario({ mode: 'block' });
    const keycloak = { clientAddress: '10.0.0.5', applicationAddress: true };
    for (const name of users.slice(0, 60)) await outcome(name, 'Spring2026', keycloak);
    assert.equal(questions(), 60);
    for (const name of users.slice(60, 80)) assert.equal(await outcome(name, `${name}-right`, keycloak), 'accepted');
    assert.deepEqual(icewarp.blocked, []);
  });
});

describe('a stale phone', () => {
  it('asks IceWarp at most hourly all day, and its owner logs in all the same', async () => {
    const { outcome, questions, icewarp, world } = createScenario({ mode: 'block' });
    let accepted = 0;
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      await outcome('bob', 'last-year');
      if ((await outcome('bob', 'bob-right')) === 'accepted') accepted += 1;
      await world.pass(5 * minuteMs);
    }
    assert.equal(accepted, 288);
    const ofPhone = questions('bob') - accepted;
    assert.ok(ofPhone <= 28, `the phone asked ${ofPhone} times`);
    assert.deepEqual(icewarp.blocked, []);
  });

  it('gets in when the administrator sets that very password, at the latest after the pause', async () => {
    const { outcome, icewarp, world } = createScenario({ mode: 'strict_block' });
    assert.equal(await outcome('bob', 'last-year'), 'refused');
    await world.pass(60_000);
    icewarp.setPassword('bob@example.com', 'last-year');
    assert.equal(await outcome('bob', 'last-year'), 'refused');
    await world.pass(10 * minuteMs);
    assert.equal(await outcome('bob', 'last-year'), 'accepted');
  });

  it('gets in at once after an unlock or a change of the account', async () => {
    for (const act of ['unlock', 'accountChanged'] as const) {
      const { outcome, icewarp, world } = createScenario({ mode: 'strict_block' });
      await outcome('bob', 'last-year');
      await world.pass(60_000);
      icewarp.setPassword('bob@example.com', 'last-year');
      world.service[act]('bob@example.com');
      assert.equal(await outcome('bob', 'last-year'), 'accepted');
    }
  });
});

describe('the owner after a stranger’s failures', () => {
  for (const mode of modes) {
    it(`is never told that the right password is wrong (${mode})`, async () => {
      const { outcome, icewarp, world } = createScenario({ mode, attempts: 5 });
      await Promise.all(
        [1, 2, 3, 4]
          .map((number) => world.start('bob@example.com', `guess ${number}`, { clientAddress: `198.51.100.${number}` }))
          .concat(world.pass(30_000) as never),
      );
      assert.equal(await outcome('bob', 'bob-right'), 'held_back', 'our own limit');
      await world.pass(12 * minuteMs);
      const first = await outcome('bob', 'bob-right');
      assert.notEqual(first, 'refused');
      await world.pass(30_000);
      assert.equal(await outcome('bob', 'bob-right'), 'accepted');
      assert.deepEqual(icewarp.blocked, []);
    });
  }

  it('is let in by the next try when IceWarp accepts after the deadline', async () => {
    const { outcome, icewarp, world, questions } = createScenario({ mode: 'delay' });
    await outcome('bob', 'guess', { clientAddress: '198.51.100.1' });
    await world.pass(30_000);
    assert.equal(await outcome('bob', 'bob-right'), 'held_back');
    await world.pass(25_000);
    const asked = questions('bob');
    icewarp.failElsewhere('bob@example.com');
    assert.equal(await outcome('bob', 'bob-right'), 'accepted');
    assert.equal(questions('bob'), asked, 'the just-accepted memory answered');
    assert.equal(await outcome('bob', 'bob-right'), 'held_back', 'it answers once');
  });
});

describe('a password that was changed', () => {
  it('is not let in by what is remembered of the old one', async () => {
    const { outcome, icewarp, world } = createScenario({ mode: 'off' });
    icewarp.health = 'slow';
    assert.equal(await outcome('bob', 'bob-right'), 'held_back');
    await world.pass(5000);
    icewarp.health = 'up';
    icewarp.setPassword('bob@example.com', 'new');
    assert.equal(await outcome('bob', 'new'), 'accepted');
    assert.notEqual(await outcome('bob', 'bob-right'), 'accepted');
  });
});

describe('many wrong passwords at once', () => {
  it('five in parallel against a limit of three are three questions', async () => {
    const { world, questions, icewarp } = createScenario({ mode: 'block', attempts: 5 });
    const logins = [1, 2, 3, 4, 5].map((number) => world.start('bob@example.com', `guess ${number}`));
    await world.pass(3000);
    for (const outcome of await Promise.all(logins)) assert.equal(outcome.kind, 'could_not_tell');
    assert.equal(questions('bob'), 3);
    assert.deepEqual(icewarp.blocked, []);
    await world.pass(30_000);
    const { failures, heldBy } = world.service.stateOf('bob@example.com');
    assert.deepEqual({ failures, heldBy }, { failures: 3, heldBy: 'us' });
    world.service.unlock('bob@example.com');
    assert.equal(world.service.stateOf('bob@example.com').heldBy, 'nobody');
    assert.deepEqual(world.audited.at(-1), {
      kind: 'act',
      at: world.clock.now(),
      actor: 'command line',
      act: 'unlock',
      target: 'bob@example.com',
    });
  });

  it('the same pair twenty times at once is one question and one failure', async () => {
    const { world, questions } = createScenario();
    const logins = Array.from({ length: 20 }, () => world.start('bob@example.com', 'guess'));
    await world.pass(3000);
    for (const outcome of await Promise.all(logins)) assert.equal(outcome.kind, 'refused');
    assert.equal(questions('bob'), 1);
    assert.equal(world.service.stateOf('bob@example.com').failures, 1);
  });

  it('a full slow lane gives its oldest call up, which counts as failed, and right passwords stay fast', async () => {
    const { world, icewarp, outcome } = createScenario({ holdMs: 80_000 });
    for (let number = 0; number < 70; number++) {
      void world.start(`user${number}@example.com`, 'wrong', { clientAddress: `198.51.100.${number}` });
      await world.pass(500);
    }
    await world.pass(3000);
    assert.ok(icewarp.underWay <= 64, `${icewarp.underWay} calls under way`);
    assert.ok(world.audited.some((entry) => entry.kind === 'login_end' && entry.result === 'aborted'));
    const { failures, underWay } = world.service.stateOf('user0@example.com');
    assert.deepEqual({ failures, underWay }, { failures: 1, underWay: 0 });
    assert.equal((await world.timed('bob@example.com', 'bob-right'))[1], 5);
    assert.equal(await outcome('user0', 'user0-right'), 'held_back');
  });

  it('ninety wrong passwords at once keep nobody waiting whose password was right before, until IceWarp refuses it', async () => {
    const { world, icewarp, questions } = createScenario({ holdMs: 80_000 });
    await world.timed('bob@example.com', 'bob-right');
    const flood = () => {
      for (let number = 0; number < 90; number++) {
        const clientAddress = `198.51.100.${number}`;
        void world.start(`user${number}@example.com`, `wrong ${world.clock.now().getTime()}`, { clientAddress });
      }
    };
    flood();
    for (let time = 0; time < 3; time++) assert.equal((await world.timed('bob@example.com', 'bob-right'))[1], 5);
    icewarp.setPassword('bob@example.com', 'changed');
    await world.timed('bob@example.com', 'bob-right');
    await world.pass(3_600_000);
    flood();
    const asked = questions('bob');
    void world.start('bob@example.com', 'bob-right');
    await world.pass(100);
    assert.equal(questions('bob'), asked, 'a refused password still had a place kept for it');
  });
});

describe('an IceWarp that is not well', () => {
  const names = ['bob', 'nobody', 'carol', 'erin'];
  for (const [health, expected] of [
    ['down', 'unavailable'],
    ['slow', 'held_back'],
    ['half-dead', 'held_back'],
  ] as const) {
    it(`(${health}) is ${expected} for every name, at the deadline, and heals`, async () => {
      const { world, icewarp, outcome } = createScenario();
      icewarp.health = health;
      for (const name of names) {
        const [result, tookMs] = await world.timed(`${name}@example.com`, 'anything');
        assert.equal(result.kind === 'could_not_tell' && result.reason, expected, name);
        assert.equal(tookMs, 3000, name);
      }
      await world.pass(30_000);
      for (const name of names) {
        // Nothing was learnt: the same pair is no repeat of a refused one.
        const [result, tookMs] = await world.timed(`${name}@example.com`, 'anything', { clientAddress: '192.0.2.9' });
        if (health !== 'slow') assert.deepEqual([result.kind, tookMs], ['could_not_tell', 3000], name);
      }
      icewarp.health = 'up';
      await world.pass(2 * minuteMs);
      assert.equal(await outcome('alice', 'alice-right'), 'accepted');
      assert.equal(await outcome('user1', 'wrong'), 'refused');
      for (const name of names) {
        const [, tookMs] = await world.timed(`${name}@example.com`, 'anything', { clientAddress: '192.0.2.9' });
        if (health !== 'slow') assert.equal(tookMs, 3000, `${name} after the outage`);
      }
      assert.deepEqual(icewarp.blocked, []);
    });
  }

  for (const health of ['down', 'half-dead'] as const) {
    it(`(${health}) lets in from the outage memory where it is on, and only then`, async () => {
      for (const outageHours of [0, 8]) {
        const { world, icewarp, outcome } = createScenario({ settings: { outageHours } });
        assert.equal(await outcome('bob', 'bob-right'), 'accepted');
        icewarp.health = health;
        assert.equal((await outcome('bob', 'bob-right')) === 'accepted', outageHours > 0);
        assert.notEqual(await outcome('bob', 'other'), 'accepted');
        assert.notEqual(await outcome('alice', 'alice-right'), 'accepted');
        await world.pass(9 * 60 * minuteMs);
        assert.notEqual(await outcome('bob', 'bob-right'), 'accepted');
      }
    });
  }

  it('is asked about our own login at most once a second, and not on when that is refused', async () => {
    const { world, icewarp } = createScenario();
    const asked = () => icewarp.questions.filter((name) => name === 'admin@example.com').length;
    for (let number = 0; number < 30; number++) {
      void world.start(`user${number}@example.com`, 'wrong', { clientAddress: `198.51.100.${number}` });
      await world.pass(100);
    }
    await world.pass(3000);
    assert.ok(asked() >= 2 && asked() <= 6, `${asked()} times in six seconds`);
    icewarp.setPassword('admin@example.com', 'changed');
    const before = asked();
    for (let number = 30; number < 60; number++) {
      void world.start(`user${number}@example.com`, 'wrong', { clientAddress: `198.51.100.${number}` });
      await world.pass(10_000);
    }
    assert.equal(asked() - before, 1);
  });
});

describe('an IceWarp that never forgets a failure', () => {
  const stale = async (mode: PolicyMode, isKnown: boolean) => {
    const ports = isKnown ? {} : { policy: () => undefined };
    const scenario = createScenario({ mode, attempts: 5, ports });
    await scenario.outcome('bob', 'bob-right');
    for (let minute = 0; minute < 48 * 60; minute += 10) {
      await scenario.outcome('bob', 'last-year');
      await scenario.world.pass(10 * minuteMs);
    }
    return scenario;
  };

  for (const [mode, isKnown] of [
    ['block', true],
    ['strict_block', true],
    ['strict_block', false],
  ] as const) {
    it(`is not brought to lock an account by two days of a stale phone (${mode}, policy ${isKnown ? 'known' : 'unreadable'})`, async () => {
      const { questions, icewarp, outcome, world } = await stale(mode, isKnown);
      assert.equal(questions('bob'), 1 + 3);
      assert.deepEqual(icewarp.blocked, []);
      assert.equal(await outcome('bob', 'bob-right'), 'accepted', 'the owner is asked about as ever');
      await world.pass(2 * 60 * minuteMs);
      await outcome('bob', 'last-year');
      assert.equal(questions('bob'), 1 + 3 + 1 + 1, 'and after that the phone is, too');
    });
  }

  it('asks on about a stale phone where failures lock nobody (delay)', async () => {
    const { questions } = await stale('delay', true);
    assert.ok(questions('bob') > 20, `${questions('bob')} questions`);
  });

  it('lets a password in that was refused too often once the administrator has unlocked the user', async () => {
    const { icewarp, outcome, world, questions } = await stale('block', true);
    icewarp.setPassword('bob@example.com', 'last-year');
    assert.equal(await outcome('bob', 'last-year'), 'refused');
    world.service.unlock('bob@example.com');
    assert.equal(await outcome('bob', 'last-year'), 'accepted');
    assert.equal(questions('bob'), 1 + 3 + 1);
  });
});

describe('a delay longer than the block period', () => {
  it('is the same for names that we refuse ourselves: at no time does the answer tell them apart', async () => {
    for (const afterMs of [30_000, 70_000, 100_000, 130_000, 200_000]) {
      const { outcome, world } = createScenario({ mode: 'delay', blockMs: 60_000, holdMs: 80_000 });
      // So that the length of the delay is known.
      await outcome('user9', 'wrong', { clientAddress: '192.0.2.1' });
      await world.pass(90_000);
      const names = ['bob', 'carol', 'erin', 'nobody'];
      for (const [number, name] of names.entries()) {
        await outcome(name, 'first', { clientAddress: `198.51.100.${number}` });
      }
      await world.pass(afterMs);
      const outcomes: string[] = [];
      for (const [number, name] of names.entries()) {
        outcomes.push(await outcome(name, 'second', { clientAddress: `198.51.100.${number}` }));
      }
      assert.equal(new Set(outcomes).size, 1, `after ${afterMs} ms: ${outcomes.join(', ')}`);
    }
  });
});
