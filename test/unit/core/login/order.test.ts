import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { DomainError } from '../../../../sidecar/core/errors.ts';
import { defaultLoginSettings } from '../../../../sidecar/core/login/settings.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import type { PasswordAnswer } from '../../../../sidecar/core/ports/authenticator.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { settleTasks } from '../../../support/manual-clock.ts';
import { createDirectory, createLoginWorld, createUser, type LoginWorld } from './support/login-world.ts';

const bob = createUser('bob@example.com');
const carol = createUser('carol@example.com', { state: 'disabled' });
const erin = createUser('erin@example.com', { privileges: [], roles: [] });
const manual = createUser('guest@example.com', { passwordOf: 'bob@example.com' as LoginName });
const twin = createUser('bob@other.example');
const people = createDirectory({
  'bob@example.com': [bob],
  'robert@example.com': [bob],
  'bob@other.example': [twin],
  'carol@example.com': [carol],
  carol: [carol],
  'erin@example.com': [erin],
  'guest@example.com': [manual],
  'shared@example.com': [bob, twin],
  bob: [bob, twin],
});

const canary = { login: 'admin@example.com' as LoginName, password: new Secret('admin-right') };
const asksOfPeople = (world: LoginWorld) => world.asked.filter((name) => name !== canary.login);
const never = () => new Promise<PasswordAnswer>(() => {});
const refusal = (reason: string) => ({ kind: 'refused', reason });

describe('a login', () => {
  it('accepts by primary address, by alias and by unique local part, asking for the account itself', async () => {
    const world = createLoginWorld(people);
    assert.deepEqual(await world.login('BOB@example.com '), { kind: 'accepted', user: bob });
    assert.deepEqual(await world.login('robert@example.com'), { kind: 'accepted', user: bob });
    assert.equal((await world.login('guest@example.com')).kind, 'accepted');
    assert.deepEqual(world.asked, ['bob@example.com', 'bob@example.com', 'bob@example.com']);
  });

  it('refuses a wrong password', async () => {
    const world = createLoginWorld(people);
    world.answer = async () => ({ kind: 'refused' });
    assert.deepEqual(await world.login('bob@example.com', 'wrong'), refusal('wrong_password'));
  });

  const rightButRefused = [
    ['an account that IceWarp calls disabled', 'bob@example.com', 'account_disabled', 'disabled'],
    ['an account with a second factor', 'bob@example.com', 'second_factor_required', 'second_factor_required'],
    ['an unknown address', 'nobody@example.com', 'accepted', 'unknown_name'],
    ['an address of two accounts', 'shared@example.com', 'accepted', 'ambiguous_name'],
    ['a local part of two users', 'bob', 'accepted', 'ambiguous_name'],
    ['a name that cannot be', 'bob\0', 'accepted', 'unknown_name'],
  ] as const;
  for (const [who, name, answer, reason] of rightButRefused) {
    it(`refuses ${who} with the right password, after asking IceWarp once`, async () => {
      const world = createLoginWorld(people, { canary });
      world.answer = async (asked) => ({ kind: asked === canary.login ? 'accepted' : answer });
      assert.deepEqual(await world.timed(name), [refusal(reason), 3000]);
      assert.equal(asksOfPeople(world).length, 1);
    });
  }

  it('cannot tell when IceWarp answers with an error nobody knows', async () => {
    const world = createLoginWorld(people);
    world.answer = async () => ({ kind: 'unclear', uid: 'some_uid' });
    for (const name of ['bob@example.com', 'nobody@example.com']) {
      assert.deepEqual(await world.login(name), {
        kind: 'could_not_tell',
        reason: 'unavailable',
        message: 'IceWarp answered with some_uid',
      });
    }
  });

  const neverAsked = [
    ['a disabled account', 'carol@example.com', 'disabled'],
    ['a user without what is required', 'erin@example.com', 'missing_privilege'],
  ] as const;
  for (const [who, name, reason] of neverAsked) {
    it(`refuses ${who} at the deadline, without asking IceWarp`, async () => {
      const world = createLoginWorld(people, { canary });
      assert.deepEqual(await world.timed(name), [refusal(reason), 3000]);
      assert.deepEqual(asksOfPeople(world), []);
    });
  }

  it('wants everything that is required, be it a privilege or a role', async () => {
    const world = createLoginWorld(people, { canary });
    assert.equal((await world.login('bob@example.com', 'right', { require: ['LogOn', 'auditor'] })).kind, 'accepted');
    assert.deepEqual(
      await world.login('bob@example.com', 'right', { require: ['LogOn', 'Administrator'] }),
      refusal('missing_privilege'),
    );
    assert.equal((await world.login('erin@example.com', 'right', { require: [] })).kind, 'accepted');
  });

  it('never asks about an innocent account for a local part that is nobody’s or several people’s', async () => {
    const world = createLoginWorld(people, { domain: () => 'example.com' });
    for (const name of ['bob', 'mallory', 'x y', '']) await world.login(name);
    assert.equal(world.asked.length, 4);
    for (const name of world.asked) assert.match(name, /^nobody-[0-9a-f]{24}@example\.com$/);
  });

  it('never asks IceWarp about an empty password', async () => {
    const world = createLoginWorld(people);
    assert.deepEqual(await world.login('bob@example.com', ''), refusal('empty_password'));
    assert.deepEqual(world.asked, []);
  });

  it('counts the state that holds when IceWarp has answered', async () => {
    const world = createLoginWorld(people, { canary });
    world.answer = async () => {
      world.directory = createDirectory({ 'bob@example.com': [{ ...bob, state: 'expired' }] });
      return { kind: 'accepted' };
    };
    assert.deepEqual(await world.login('bob@example.com'), refusal('expired'));
  });
});

describe('a login that cannot be told', () => {
  const names = ['bob@example.com', 'carol@example.com', 'erin@example.com', 'nobody@example.com', 'bob', 'x y'];

  it('is the same for every name while IceWarp is down', async () => {
    const world = createLoginWorld(people, { canary });
    world.answer = () => Promise.reject(new DomainError('upstream_unavailable', 'IceWarp does not answer'));
    for (const name of names) {
      const [outcome, tookMs] = await world.timed(name);
      assert.deepEqual(outcome, {
        kind: 'could_not_tell',
        reason: 'unavailable',
        message: 'IceWarp does not answer',
      });
      assert.equal(tookMs, 3000);
    }
  });

  it('is said at the deadline, the same for every name, and not before', async () => {
    for (const name of names) {
      const world = createLoginWorld(people);
      world.answer = never;
      let outcome: string | undefined;
      void world.start(name).then((result) => {
        outcome = result.kind === 'could_not_tell' ? result.reason : result.kind;
      });
      await world.pass(2999);
      assert.equal(outcome, undefined);
      await world.pass(1);
      assert.equal(outcome, 'held_back');
    }
  });

  it('lets the question go on and logs its end', async () => {
    const world = createLoginWorld(people);
    const { promise, resolve } = Promise.withResolvers<PasswordAnswer>();
    world.answer = () => promise;
    const login = world.start('bob@example.com', 'secret-of-bob');
    await world.pass(3000);
    assert.equal((await login).kind, 'could_not_tell');
    assert.deepEqual(world.logged, []);
    await world.pass(22_000);
    resolve({ kind: 'refused' });
    await world.pass(0);
    assert.equal(world.logged.length, 1);
    assert.match(inspect(world.logged), /result: 'refused'/);
    assert.match(inspect(world.logged), /durationMs: 25000/);
    assert.doesNotMatch(inspect(world.logged, { depth: 9 }), /secret-of-bob/);
  });

  it('survives a question that fails after the deadline', async () => {
    const world = createLoginWorld(people);
    const { promise, reject } = Promise.withResolvers<PasswordAnswer>();
    world.answer = () => promise;
    const login = world.start('bob@example.com');
    await world.pass(3000);
    await login;
    reject(new DomainError('upstream_unavailable', 'connection lost'));
    await world.pass(0);
    assert.match(inspect(world.logged), /connection lost/);
  });

  it('asks nothing while there is no directory', async () => {
    const world = createLoginWorld(undefined);
    const outcome = await world.login('bob@example.com');
    assert.equal(outcome.kind === 'could_not_tell' && outcome.reason, 'unavailable');
    assert.deepEqual(world.asked, []);
  });

  it('is told when too many wait for their turn, and not any more when they have had it', async () => {
    const lanes = { ...defaultLoginSettings.lanes, accountShare: 1, waiting: 1 };
    const world = createLoginWorld(people, { settings: { ...defaultLoginSettings, lanes } });
    const { promise, resolve } = Promise.withResolvers<PasswordAnswer>();
    world.answer = () => promise;
    const first = ['a', 'b', 'c'].map((password) => world.start('bob@example.com', password));
    await settleTasks();
    resolve({ kind: 'accepted' });
    assert.deepEqual(
      (await Promise.all(first.slice(0, 2))).map(({ kind }) => kind),
      ['accepted', 'accepted'],
    );
    await world.pass(3000);
    assert.equal((await first[2])?.kind, 'could_not_tell');
    assert.equal(world.asked.length, 2);
    assert.equal((await world.login('bob@example.com', 'c')).kind, 'accepted');
  });

  it('is not hidden behind a fault of ours, which is logged', async () => {
    const world = createLoginWorld(people);
    world.answer = () => Promise.reject(new TypeError('fault'));
    assert.equal((await world.login('bob@example.com')).kind, 'could_not_tell');
    assert.equal(world.logged[0]?.level, 'error');
  });
});

describe('what is told of a login', () => {
  it('names the outcome, the login key and the time, and never the password', async () => {
    const world = createLoginWorld(people);
    world.answer = async () => {
      await world.clock.sleep(40);
      return { kind: 'accepted' };
    };
    await world.login('robert@example.com', 'secret-of-bob');
    const [record] = world.records;
    assert.equal(world.records.length, 1);
    assert.equal(record?.login, 'bob@example.com');
    assert.equal(record?.request.name, 'robert@example.com');
    assert.equal(record?.durationMs, 40);
    assert.doesNotMatch(inspect(record, { depth: 9, showHidden: true }), /secret-of-bob|redacted/);
  });

  it('leaves no sleeper behind when IceWarp answered in time', async () => {
    const world = createLoginWorld(people);
    await world.login('bob@example.com');
    assert.deepEqual(world.clock.pending(), []);
  });
});
