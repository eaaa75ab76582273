import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeSecret } from '../../../../sidecar/core/made-secret.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import type { AppPasswords } from '../../../../sidecar/core/ports/app-passwords.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createDirectory, createLoginWorld, createUser, type WorldOptions } from './support/login-world.ts';

const bob = createUser('bob@example.com');
const carol = createUser('carol@example.com', { state: 'disabled' });
const erin = createUser('erin@example.com', { privileges: [] });
const frank = createUser('frank@example.com', { isBlocked: true });
const people = createDirectory({
  ...Object.fromEntries([bob, carol, erin, frank].map((user) => [user.login, [user]])),
  twin: [bob, erin],
});
const canary = { login: 'admin@example.com' as LoginName, password: new Secret('admin-right') };
const overLdap = { facade: 'ldap', listener: 'ldap' };

/** Everyone has one app password, good for the listener `ldap` and addresses in 192.0.2. */
function createWorld(options: WorldOptions = {}) {
  const made = new Map([bob, carol, erin, frank].map((user) => [user.id, makeSecret()]));
  const used: string[] = [];
  const appPasswords: AppPasswords = {
    find(text) {
      const [userId, password] = [...made].find(([, each]) => each.text.reveal() === text.reveal()) ?? [];
      if (userId === undefined || password === undefined) return undefined;
      const isFor = (listener: string | undefined, from: string) => listener === 'ldap' && from.startsWith('192.0.2.');
      return { id: password.id, userId, isFor };
    },
    noteUse: (id) => void used.push(id),
  };
  const world = createLoginWorld(people, { appPasswords, canary, ...options });
  world.answer = async (name) => ({ kind: name === canary.login ? 'accepted' : 'refused' });
  const passwordOf = ({ id }: { readonly id: string }) => made.get(id)?.text.reveal() ?? assert.fail();
  const asked = () => world.asked.filter((name) => name !== canary.login);
  return { world, used, passwordOf, asked, idOf: (user: { id: string }) => made.get(user.id)?.id };
}

describe('an app password', () => {
  it('lets its user in over LDAP at once, without a question to IceWarp, and is noted as used', async () => {
    const { world, used, passwordOf, asked, idOf } = createWorld();
    const [outcome, ms] = await world.timed(bob.login, passwordOf(bob), overLdap);
    assert.deepEqual(outcome, { kind: 'accepted', user: bob });
    assert.equal(ms, 0);
    assert.deepEqual(asked(), []);
    assert.deepEqual(used, [idOf(bob)]);
    const [line] = world.audited;
    assert.ok(line?.kind === 'login');
    assert.equal(line.decidedBy, 'app_password');
    assert.equal(line.appPassword, idOf(bob));
    assert.equal(line.listener, 'ldap');
    assert.ok(!JSON.stringify([world.audited, world.records, world.logged]).includes(passwordOf(bob)));
  });

  const dead = [
    ['of a disabled account', carol, overLdap, 'disabled'],
    ['of a user without the required privilege', erin, overLdap, 'missing_privilege'],
    ['on another listener', bob, { facade: 'ldap', listener: 'other' }, 'app_password_not_for_here'],
    ['from another network', bob, { ...overLdap, clientAddress: '198.51.100.1' }, 'app_password_not_for_here'],
    ['over another protocol', bob, { facade: 'oidc', listener: 'ldap' }, 'app_password_not_for_here'],
  ] as const;
  for (const [where, user, request, reason] of dead) {
    it(`${where} is refused at the deadline, and IceWarp is not asked`, async () => {
      const { world, used, passwordOf, asked } = createWorld();
      assert.deepEqual(await world.timed(user.login, passwordOf(user), request), [{ kind: 'refused', reason }, 3000]);
      assert.deepEqual(asked(), []);
      assert.deepEqual(used, []);
    });
  }

  it('of somebody else, or one that was removed, is refused as a wrong password is: at the deadline, a repeat at once', async () => {
    const { world, passwordOf, asked } = createWorld();
    const wrong = { kind: 'refused', reason: 'wrong_app_password' };
    assert.deepEqual(await world.timed(bob.login, passwordOf(erin), overLdap), [wrong, 3000]);
    const [outcome, ms] = await world.timed(frank.login, makeSecret().text.reveal(), overLdap);
    assert.deepEqual([outcome, ms], [wrong, 3000]);
    await world.pass(30_000);
    assert.deepEqual(await world.timed(bob.login, passwordOf(erin), overLdap), [wrong, 0]);
    assert.deepEqual(asked(), []);
  });

  it("under a name that is nobody's, or several people's, is refused in the same time", async () => {
    const { world, passwordOf, asked } = createWorld();
    for (const [name, reason] of [
      ['nobody@example.com', 'unknown_name'],
      ['twin', 'ambiguous_name'],
    ] as const) {
      assert.deepEqual(await world.timed(name, passwordOf(bob), overLdap), [{ kind: 'refused', reason }, 3000]);
    }
    assert.deepEqual(asked(), []);
  });

  it('still lets in while IceWarp is down, blocks the account, or a stranger has used up its failures', async () => {
    const { world, passwordOf } = createWorld({ isStillBlocked: async () => true });
    world.answer = async (name) => ({ kind: name === canary.login ? 'accepted' : 'refused' });
    for (const guess of ['a', 'b', 'c', 'd']) await world.login(bob.login, guess, overLdap);
    assert.equal(world.service.stateOf(bob.login).heldBy, 'us');
    world.answer = () => Promise.reject(new Error('down'));
    assert.equal((await world.login(bob.login, passwordOf(bob), overLdap)).kind, 'accepted');
    assert.equal((await world.login(frank.login, passwordOf(frank), overLdap)).kind, 'accepted');
  });

  it('is no business of a login without app passwords: IceWarp is asked', async () => {
    const world = createLoginWorld(people);
    assert.equal((await world.login(bob.login, makeSecret().text.reveal(), overLdap)).kind, 'accepted');
    assert.deepEqual(world.asked, [bob.login]);
  });

  it('that is wrong never keeps the right password of the account from being asked about', async () => {
    const { world, asked } = createWorld();
    for (let time = 0; time < 10; time++) await world.login(bob.login, makeSecret().text.reveal(), overLdap);
    world.answer = async () => ({ kind: 'accepted' });
    assert.equal((await world.login(bob.login, 'right', overLdap)).kind, 'accepted');
    assert.deepEqual(asked(), [bob.login]);
  });
});
