import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoginOutcome } from '../../../../sidecar/core/login/order.ts';
import type { PasswordAnswer } from '../../../../sidecar/core/ports/authenticator.ts';
import { createScenario } from './support/scenario.ts';

const shown = (outcome: LoginOutcome) => (outcome.kind === 'could_not_tell' ? outcome.reason : outcome.kind);
/** Existing and unknown, disabled, without the privilege, ambiguous spelling, nonsense. */
const names = ['bob@example.com', 'nobody@example.com', 'carol@example.com', 'erin@example.com', 'nobody', 'x y'];

describe('the release of a refusal', () => {
  for (const mode of ['delay', 'off'] as const) {
    it(`shows no difference between names, try after try (policy ${mode})`, async () => {
      const seen = new Map<string, string>();
      for (const name of names) {
        const { world } = createScenario({ mode });
        // How long this server holds a wrong password back shows with the first one.
        await world.login('alice@example.com', 'wrong', { clientAddress: '198.51.100.1' });
        await world.pass(30_000);
        const story: string[] = [];
        const attempt = async (password: string, pauseMs: number) => {
          const [outcome, tookMs] = await world.timed(name, password);
          story.push(`${shown(outcome)} after ${tookMs}`);
          await world.pass(pauseMs);
        };
        await attempt('first', 1000);
        await attempt('first', 30_000);
        await attempt('first', 1000);
        await attempt('second', 1000);
        await attempt('second', 30_000);
        await attempt('second', 1000);
        await attempt('third', 30_000);
        await attempt('fourth', 30_000);
        await attempt('fourth', 30_000);
        await attempt('first', 0);
        seen.set(name, story.join(', '));
      }
      assert.deepEqual(new Set(seen.values()).size, 1, JSON.stringify([...seen], undefined, 1));
      assert.match([...seen.values()][0] ?? '', /^refused after 3000, /);
      assert.match([...seen.values()][0] ?? '', /held_back after 3000/, 'too many failures in the end');
      assert.match([...seen.values()][0] ?? '', /refused after 0$/);
    });
  }

  it('has evidence from another login, without the canary', async () => {
    const { world } = createScenario();
    const held = world.start('bob@example.com', 'wrong');
    await world.pass(100);
    assert.equal((await world.login('alice@example.com', 'alice-right')).kind, 'accepted');
    await world.pass(2900);
    assert.deepEqual(await held, { kind: 'refused', reason: 'wrong_password', presumed: true });
  });

  it('takes nothing that began before, nor anything slow, nor an unknown error for evidence', async () => {
    for (const [answer, delayMs] of [
      [{ kind: 'accepted' }, 1500],
      [{ kind: 'unclear', uid: 'x' }, 5],
    ] as const satisfies (readonly [PasswordAnswer, number])[]) {
      const { world, clock } = createScenario({
        ports: {
          authenticator: {
            async checkPassword(name) {
              await clock.sleep(name === 'bob@example.com' ? 25_000 : delayMs);
              return answer;
            },
          },
        },
      });
      const before = world.start('user1@example.com', 'x');
      const [outcome] = await world.timed('bob@example.com', 'wrong');
      assert.equal(shown(outcome), 'held_back');
      await before;
    }
  });

  it('says what was presumed, and the truth when it is known', async () => {
    const { world } = createScenario();
    await world.login('bob@example.com', 'wrong-of-bob');
    const [first] = world.audited;
    assert.ok(first?.kind === 'login');
    const { presumed, outcome, reason, lane, durationMs } = first;
    assert.deepEqual(
      { presumed, outcome, reason, lane, durationMs },
      { presumed: true, outcome: 'refused', reason: 'wrong_password', lane: 'slow', durationMs: 3000 },
    );
    await world.pass(30_000);
    const { at: _, ...second } = world.audited[1] as { at: Date };
    assert.deepEqual(second, {
      kind: 'login_end',
      id: first.id,
      login: 'bob@example.com',
      result: 'refused',
      durationMs: 25_000,
    });
    assert.doesNotMatch(JSON.stringify([world.audited, world.records, world.logged]), /wrong-of-bob|redacted/);
  });

  it('keeps a presumption out of the memories: what turns out right lets in', async () => {
    const { world, icewarp, questions } = createScenario({ mode: 'delay' });
    icewarp.failElsewhere('bob@example.com');
    // Nobody here knows of that failure, so this is the one case in which a right password is presumed wrong.
    assert.equal(shown(await world.login('bob@example.com', 'bob-right')), 'refused');
    await world.pass(25_000);
    assert.equal(shown(await world.login('bob@example.com', 'bob-right')), 'accepted');
    assert.equal(questions('bob'), 1);
  });
});

describe('the state of an account', () => {
  const states = [
    [{ state: 'expired' }, 'expired'],
    [{ state: 'password_expired' }, 'password_expired'],
    [{ state: 'domain_disabled' }, 'domain_disabled'],
    [{ passwordCheck: 'any_password' }, 'any_password'],
    [{ passwordCheck: 'directory_loop' }, 'directory_loop'],
  ] as const;
  for (const [changes, reason] of states) {
    it(`${reason} refuses at the deadline without a question, and the audit says why`, async () => {
      const { world, questions } = createScenario();
      changeBob(world, changes);
      assert.deepEqual(await world.timed('bob@example.com', 'bob-right'), [{ kind: 'refused', reason }, 3000]);
      assert.equal(questions(), 0);
      assert.equal(world.audited[0]?.kind === 'login' && world.audited[0].reason, reason);
    });
  }

  for (const [isStillBlocked, expected, asked] of [
    [async () => true, 'refused', 0],
    [async () => false, 'accepted', 1],
    [() => Promise.reject(new Error('no session')), 'accepted', 1],
    [() => new Promise<boolean>(() => {}), 'accepted', 1],
    [undefined, 'accepted', 1],
  ] as const) {
    it(`blocked is asked for again: ${isStillBlocked ?? 'nobody to ask'} → ${expected}`, async () => {
      const { world, questions } = createScenario({ ports: isStillBlocked === undefined ? {} : { isStillBlocked } });
      changeBob(world, { isBlocked: true });
      assert.equal(shown(await world.login('bob@example.com', 'bob-right')), expected);
      assert.equal(questions(), asked);
    });
  }
});

function changeBob(world: ReturnType<typeof createScenario>['world'], changes: object): void {
  const before = world.directory;
  const match = before?.findByName('bob@example.com');
  assert.ok(before !== undefined && match?.kind === 'found');
  const user = { ...match.user, ...changes };
  world.directory = { findByName: () => ({ kind: 'found', user }), findById: () => user };
}
