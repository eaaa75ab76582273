import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../../sidecar/core/errors.ts';
import { createAccountLookUps } from '../../../../sidecar/core/login/account-look-ups.ts';
import type { AccountAnswer } from '../../../../sidecar/core/ports/accounts.ts';
import { silentLog } from '../../../../sidecar/core/ports/log.ts';

function start(read: (address: string) => Promise<AccountAnswer> = async () => 'not_there') {
  let now = 1_000_000;
  const asked: string[] = [];
  const accounts = createAccountLookUps({
    read: (address) => {
      asked.push(address);
      return read(address);
    },
    isForeign: (address) => address.endsWith('@elsewhere.test'),
    clock: { now: () => new Date(now) },
    log: silentLog,
  });
  return {
    ...accounts,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index}@example.com`);
const undecided = (error: unknown) => error instanceof DomainError && error.code === 'upstream_undecided';

describe('look-ups of single accounts', () => {
  it('ask about each address once a minute, whatever the answer was', async () => {
    let answer: AccountAnswer | Error = 'not_there';
    const { lookUp, pass, asked } = start(async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    });
    assert.equal(await lookUp('a@example.com'), 'not_there');
    pass(59_999);
    assert.equal(await lookUp('a@example.com'), 'not_there');
    assert.equal(asked.length, 1);
    pass(1);
    answer = new DomainError('upstream_unavailable', 'IceWarp is down');
    await assert.rejects(lookUp('a@example.com'), /IceWarp is down/);
    await assert.rejects(lookUp('a@example.com'), /IceWarp is down/);
    assert.equal(asked.length, 2);
  });

  it('share one question among all who ask meanwhile', async () => {
    const { lookUp, asked } = start();
    await Promise.all(Array.from({ length: 50 }, () => lookUp('a@example.com')));
    assert.equal(asked.length, 1);
  });

  it('are five a second at most; what is beyond cannot be told, and is asked about later', async () => {
    const { lookUp, pass, asked } = start();
    const [sixth = '', ...five] = names(6);
    await Promise.all(five.map(lookUp));
    await assert.rejects(lookUp(sixth), undecided);
    pass(1_000);
    assert.equal(await lookUp(sixth), 'not_there');
    assert.equal(asked.length, 6);
  });

  it('are sixteen under way at most', async () => {
    const { lookUp, pass, asked } = start(() => new Promise(() => {}));
    for (const name of names(20)) {
      void lookUp(name).catch(() => {});
      pass(500);
    }
    assert.equal(asked.length, 16);
  });

  it('leave room for unknown accounts when known ones are read anew', async () => {
    const { lookUp, refresh, asked } = start();
    for (const name of names(10)) refresh(name);
    assert.equal(asked.length, 3);
    assert.equal(await lookUp('new@example.com'), 'not_there');
    refresh('user0@example.com');
    assert.equal(asked.length, 4);
  });

  it('never ask about an address of another domain', async () => {
    const { lookUp, asked } = start();
    assert.equal(await lookUp('a@elsewhere.test'), 'not_there');
    assert.equal(asked.length, 0);
  });

  it('go on after the clock was set back', async () => {
    const { lookUp, pass, asked } = start();
    await lookUp('a@example.com');
    pass(-3_600_000);
    await lookUp('a@example.com');
    assert.equal(asked.length, 2);
  });
});
