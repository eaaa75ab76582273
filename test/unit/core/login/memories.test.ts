import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toLimits } from '../../../../sidecar/core/login/policy.ts';
import { defaultLoginSettings } from '../../../../sidecar/core/login/settings.ts';
import { toCountedAddress } from '../../../../sidecar/core/login/source-address.ts';
import { createUser } from './support/login-world.ts';
import { createScenario } from './support/scenario.ts';

describe('the recent-success memory', () => {
  const settings = { recentSuccessSeconds: 10 };

  it('is off by default', async () => {
    const { outcome, questions } = createScenario();
    await outcome('bob', 'bob-right');
    await outcome('bob', 'bob-right');
    assert.equal(questions('bob'), 2);
  });

  it('takes the same pair for its seconds, counted from IceWarp’s word, and no other pair', async () => {
    const { outcome, questions, world } = createScenario({ settings });
    for (let number = 0; number < 4; number++) {
      assert.equal(await outcome('bob', 'bob-right'), 'accepted');
      await world.pass(3000);
    }
    assert.equal(questions('bob'), 1);
    await outcome('bob', 'bob-right');
    assert.equal(questions('bob'), 2);
    assert.notEqual(await outcome('bob', 'Bob-right'), 'accepted');
  });

  it('survives a stranger’s wrong try, and ends when another password is accepted or the account is disabled', async () => {
    const { outcome, questions, icewarp, world } = createScenario({ settings });
    await outcome('bob', 'bob-right');
    await outcome('bob', 'guess', { clientAddress: '198.51.100.1' });
    assert.equal(await outcome('bob', 'bob-right'), 'accepted');
    assert.equal(questions('bob'), 2);
    icewarp.setPassword('bob@example.com', 'new');
    await outcome('bob', 'new');
    assert.notEqual(await outcome('bob', 'bob-right'), 'accepted');
    const user = createUser('bob@example.com', { state: 'disabled' });
    world.directory = { findByName: () => ({ kind: 'found', user }), findById: () => user };
    assert.notEqual(await outcome('bob', 'new'), 'accepted');
    const enabled = createUser('bob@example.com');
    world.directory = { findByName: () => ({ kind: 'found', user: enabled }), findById: () => enabled };
    const asked = questions('bob');
    await outcome('bob', 'new');
    assert.equal(questions('bob'), asked + 1);
  });

  it('keeps to what a listener demands of the user', async () => {
    const { outcome } = createScenario({ settings });
    await outcome('bob', 'bob-right');
    assert.notEqual(await outcome('bob', 'bob-right', { require: ['Administrator'] }), 'accepted');
  });
});

describe('the limits', () => {
  const limits = defaultLoginSettings.limits;
  const policy = { isEnabled: true, attempts: 5, blockPeriodMs: 1_800_000, mode: 'block' } as const;

  it('are three in ten minutes where nothing is known, else two below IceWarp’s own', () => {
    assert.equal(toLimits(undefined, limits).accountFailures, 3);
    assert.equal(toLimits(undefined, limits).windowMs, 600_000);
    assert.equal(toLimits({ ...policy, isEnabled: false }, limits).accountFailures, 3);
    assert.deepEqual(toLimits({ ...policy, attempts: 10 }, limits), {
      accountFailures: 8,
      failuresInARow: 8,
      addressFailures: 20,
      windowMs: 1_800_000,
      blockMs: 1_800_000,
    });
    assert.equal(toLimits({ ...policy, attempts: 2 }, limits).accountFailures, 1);
    for (const harmless of [
      { ...policy, isEnabled: false },
      { ...policy, mode: 'delay' as const },
    ]) {
      assert.equal(toLimits(harmless, limits).failuresInARow, Number.POSITIVE_INFINITY);
    }
    assert.equal(toLimits(undefined, limits).failuresInARow, 3);
    // A period of none would mean that a right password is never held back.
    assert.equal(toLimits({ ...policy, blockPeriodMs: 0 }, limits).blockMs, 600_000);
  });

  it('can be set lower, and never above what IceWarp allows', () => {
    assert.equal(toLimits({ ...policy, attempts: 10 }, { ...limits, accountFailures: 5 }).accountFailures, 5);
    assert.equal(toLimits(policy, { ...limits, accountFailures: 50 }).accountFailures, 3);
  });
});

describe('the address that failures count against', () => {
  const cases = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:db8:0000:0001:bbbb:0:0:2', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['', ''],
    ['x'.repeat(1000), 'x'.repeat(64)],
  ] as const;
  for (const [address, counted] of cases) {
    it(`of "${address.slice(0, 40)}" is "${counted.slice(0, 40)}"`, () =>
      assert.equal(toCountedAddress(address), counted));
  }
});

describe('passwords and names of any kind', () => {
  it('are told apart exactly, and cost no memory beyond their fingerprint', async () => {
    const { world, questions } = createScenario({ mode: 'off' });
    const odd = ['\0', 'a\r\nb', '<&]]>"\'', '\ud800', '\ud801', 'x'.repeat(1_000_000)];
    for (const [number, password] of odd.entries()) {
      const outcome = await world.login(`user${number}@example.com`, password);
      assert.equal(outcome.kind, 'refused');
      assert.equal((await world.timed(`user${number}@example.com`, password))[1], 0);
    }
    assert.equal(questions(), odd.length);
    const again = await world.timed('user3@example.com', '\ud801');
    assert.equal(again[1], 3000, 'another unpaired surrogate is another password');
    for (const name of ['x'.repeat(1_000_000), '\0', 'a\r\nb@example.com', '\ud800']) {
      assert.equal((await world.login(name, 'x', { clientAddress: '198.51.100.1' })).kind, 'refused');
    }
  });
});
