import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPasswordChecker, type PasswordVerdict } from '../../../../sidecar/core/chosen-password/check.ts';
import { hashPassword, matchesPassword, usualCost } from '../../../../sidecar/core/chosen-password/hash.ts';

const cheap = { cost: 2, blockSize: 1, parallelization: 1 };
const [app, other] = await Promise.all([hashPassword('right', cheap), hashPassword('other', cheap)]);
const bytes = (text: string) => Buffer.from(text, 'utf8');

function createWorld(options: Parameters<typeof createPasswordChecker>[0] = {}) {
  let time = 0;
  const checker = createPasswordChecker({ now: () => time, ...options });
  return {
    ask: (password: string, address = 'a') => checker.check('app', app, bytes(password), address),
    askOther: (password: string, address = 'a') => checker.check('other', other, bytes(password), address),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

describe('a password that a person chose', () => {
  it('is kept with a salt of its own and work that needs some 16 MiB', async () => {
    const [one, two] = await Promise.all([hashPassword('pässword', cheap), hashPassword('pässword', cheap)]);
    assert.notEqual(one.hash, two.hash);
    assert.equal(await matchesPassword(one, bytes('pässword')), true);
    assert.equal(await matchesPassword(one, bytes('pässwort')), false);
    const real = await hashPassword('x');
    assert.deepEqual({ ...usualCost, salt: real.salt, hash: real.hash }, real);
    assert.equal(128 * real.cost * real.blockSize, 16 * 1024 * 1024);
    assert.equal(await matchesPassword(real, bytes('x')), true);
  });

  it('is answered at once when it was accepted last, and through scrypt else', async () => {
    const { ask } = createWorld();
    const first = ask('right');
    assert.ok(first instanceof Promise);
    assert.equal(await first, 'right');
    assert.equal(ask('right', 'elsewhere'), 'right');
    assert.ok(ask('wrong') instanceof Promise);
  });
});

describe('wrong passwords', () => {
  const tryTen = async (ask: (password: string, address?: string) => unknown, address = 'a') => {
    for (let number = 0; number < 10; number += 1) assert.equal(await ask(`wrong ${number}`, address), 'wrong');
  };

  it('are looked at ten times for one address, not more, and again when time has passed', async () => {
    const { ask, pass } = createWorld();
    await tryTen(ask);
    assert.equal(await ask('right'), 'limited');
    pass(600_000);
    assert.equal(await ask('right'), 'right');
  });

  it('keep nobody out at another address, and no other account', async () => {
    const { ask, askOther } = createWorld();
    await tryTen(ask);
    assert.equal(await ask('right', 'b'), 'right');
    assert.equal(await askOther('other'), 'right');
  });

  it('keep nobody out who was accepted before, not even at their own address', async () => {
    const { ask } = createWorld();
    assert.equal(await ask('right'), 'right');
    await tryTen(ask);
    assert.equal(ask('eleventh'), 'limited');
    assert.equal(ask('right'), 'right');
  });

  it('count once when it is always the same, and are refused at once the second time', async () => {
    const { ask } = createWorld();
    assert.equal(await ask('stale'), 'wrong');
    for (let number = 0; number < 50; number += 1) assert.equal(ask('stale'), 'wrong');
    assert.equal(await ask('right'), 'right');
  });

  it('cannot pass the limit by being many at once', async () => {
    const { ask } = createWorld();
    const verdicts = await Promise.all(Array.from({ length: 25 }, (_, number) => ask(`wrong ${number}`)));
    assert.equal(verdicts.filter((verdict) => verdict === 'wrong').length, 10);
    assert.equal(verdicts.filter((verdict) => verdict === 'limited').length, 15);
  });

  it('are told apart from those that nobody had time for, which do not count', async () => {
    const { ask } = createWorld({ atATime: 1, waiting: 2 });
    const asked = Array.from({ length: 20 }, (_, number) => ask(`wrong ${number}`, `from ${number}`));
    const verdicts: readonly PasswordVerdict[] = await Promise.all(asked);
    assert.equal(verdicts.filter((verdict) => verdict === 'busy').length, 17);
    assert.equal(await ask('right', 'from 19'), 'right');
  });

  it('are one question when they are the same right one many times at once', async () => {
    const { ask } = createWorld({ atATime: 1, waiting: 0 });
    const verdicts = await Promise.all(Array.from({ length: 40 }, (_, number) => ask('right', `from ${number % 3}`)));
    assert.deepEqual(new Set(verdicts), new Set(['right']));
  });

  it('are forgotten for those places that were not seen for longest', async () => {
    const { ask } = createWorld({ maxPlaces: 2 });
    await tryTen(ask, 'a');
    await ask('x', 'b');
    await ask('x', 'c');
    assert.equal(await ask('right', 'a'), 'right');
  });
});
