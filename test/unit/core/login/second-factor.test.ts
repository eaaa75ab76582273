import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createDirectory, createLoginWorld, createUser } from './support/login-world.ts';

/** Dave has a second factor: password `dave-right`, code 123456. */
function createDaveWorld() {
  const canary = { login: 'admin@example.com' as LoginName, password: new Secret('admin-right') };
  const world = createLoginWorld(createDirectory({ 'dave@example.com': [createUser('dave@example.com')] }), { canary });
  const asked: string[] = [];
  world.answer = async (name, password, code) => {
    if (name === canary.login) return { kind: 'accepted' };
    asked.push(`${password.reveal()} ${code?.reveal() ?? '-'}`);
    if (password.reveal() !== 'dave-right') return { kind: 'refused' };
    return { kind: code?.reveal() === '123456' ? 'accepted' : 'second_factor_required' };
  };
  const login = async (password: string, changes: object) => {
    const outcome = await world.login('dave@example.com', password, changes);
    return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
  };
  return { world, asked, login };
}

describe('a second factor', () => {
  it('is enough by the password alone where the policy accepts, and refused where it rejects, as by default', async () => {
    const { login } = createDaveWorld();
    assert.equal(await login('dave-right', { twoFactor: 'accept' }), 'accepted');
    assert.equal(await login('dave-right', { twoFactor: 'reject' }), 'second_factor_required');
    assert.equal(await login('dave-right', {}), 'second_factor_required');
  });

  it('comes after a comma, and without one only once it is known to be wanted; one question each', async () => {
    const { login, asked } = createDaveWorld();
    const code = { twoFactor: 'code' };
    assert.equal(await login('dave-right123456', code), 'wrong_password');
    assert.equal(await login('dave-right,123456', code), 'accepted');
    assert.equal(await login('dave-right', code), 'second_factor_required');
    assert.equal(await login('dave-right123456', { ...code, clientAddress: '192.0.2.8' }), 'accepted');
    assert.deepEqual(asked, ['dave-right123456 -', 'dave-right 123456', 'dave-right -', 'dave-right 123456']);
  });

  it('leaves a password with a comma alone under any other policy', async () => {
    const { login, asked } = createDaveWorld();
    await login('dave-right,123456', { twoFactor: 'reject' });
    assert.deepEqual(asked, ['dave-right,123456 -']);
  });

  it('is asked for at once where there is a page for it, and then takes the code from its own field', async () => {
    const { world } = createDaveWorld();
    const page = { twoFactor: 'code', passwordOnlyListener: false } as const;
    assert.deepEqual(await world.timed('dave@example.com', 'dave-right', page), [
      { kind: 'refused', reason: 'second_factor_required' },
      0,
    ]);
    const secondFactor = new Secret('123456');
    assert.equal((await world.login('dave@example.com', 'dave-right', { ...page, secondFactor })).kind, 'accepted');
  });

  it('counts a wrong code as a failure, so that codes cannot be guessed', async () => {
    const { login, asked, world } = createDaveWorld();
    for (let number = 0; number < 10; number++) await login(`dave-right,00000${number}`, { twoFactor: 'code' });
    assert.equal(asked.length, 3);
    assert.equal(world.service.stateOf('dave@example.com').heldBy, 'us');
  });
});
