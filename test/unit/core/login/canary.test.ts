import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCanary } from '../../../../sidecar/core/login/canary.ts';
import { createEvidence } from '../../../../sidecar/core/login/evidence.ts';
import { parseLoginName } from '../../../../sidecar/core/names.ts';
import type { PasswordAnswer } from '../../../../sidecar/core/ports/authenticator.ts';
import { silentLog } from '../../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createManualClock, settleTasks } from '../../../support/manual-clock.ts';

function createWorld() {
  const clock = createManualClock();
  const evidence = createEvidence(clock);
  const answers: ((answer: PasswordAnswer) => void)[] = [];
  const checkPassword = () => new Promise<PasswordAnswer>((resolve) => answers.push(resolve));
  const login = parseLoginName('admin@example.com') ?? assert.fail();
  const canary = createCanary({
    ...{ clock, evidence, log: silentLog, account: { login, password: new Secret('admin-demo') } },
    authenticator: { checkPassword },
  });
  return { clock, evidence, answers, canary };
}

describe('the look at our own login', () => {
  it('is taken again, a second later, for a question that began while one was under way', async () => {
    const { clock, evidence, answers, canary } = createWorld();
    const first = evidence.begin();
    canary.request();
    const second = evidence.begin();
    canary.request();
    assert.equal(answers.length, 1);
    answers[0]?.({ kind: 'accepted' });
    await settleTasks();
    assert.equal(evidence.isWellSince(first), true);
    assert.equal(evidence.isWellSince(second), false);
    await clock.advance(999);
    assert.equal(answers.length, 1, 'at most one a second');
    await clock.advance(1);
    assert.equal(answers.length, 2);
    answers[1]?.({ kind: 'accepted' });
    await settleTasks();
    assert.equal(evidence.isWellSince(second), true);
  });

  it('is not taken when nobody asked', async () => {
    const { clock, answers, canary } = createWorld();
    canary.request();
    answers[0]?.({ kind: 'accepted' });
    await clock.advance(60_000);
    assert.equal(answers.length, 1);
  });
});
