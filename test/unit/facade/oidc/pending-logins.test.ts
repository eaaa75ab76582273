import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createPendingLogins } from '../../../../sidecar/facade/oidc/pending-logins.ts';

const login = { name: 'alice@example.com', password: new Secret('alice-demo'), code: undefined };

describe('pending logins', () => {
  it('are found by the sign-in they belong to, until they are removed', () => {
    const pending = createPendingLogins();
    pending.put('one', login);
    assert.equal(pending.find('one'), login);
    assert.equal(pending.find('two'), undefined);
    pending.remove('one');
    assert.equal(pending.find('one'), undefined);
    pending.close();
  });

  it('are forgotten after two minutes', () => {
    let now = 0;
    const pending = createPendingLogins(() => now);
    pending.put('one', login);
    now = 119_999;
    assert.equal(pending.find('one'), login);
    now = 120_000;
    assert.equal(pending.find('one'), undefined);
    pending.close();
  });

  it('leave memory also when nobody asks for them any more', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let now = 0;
    const pending = createPendingLogins(() => now);
    pending.put('one', login);
    now = 120_000;
    t.mock.timers.tick(130_000);
    now = 0;
    assert.equal(pending.find('one'), undefined, 'it would be there still');
    pending.close();
  });

  it('are a thousand at most: the oldest goes', () => {
    const pending = createPendingLogins();
    for (let number = 0; number <= 1_000; number++) pending.put(`id ${number}`, login);
    assert.equal(pending.find('id 0'), undefined);
    assert.equal(pending.find('id 1'), login);
    assert.equal(pending.find('id 1000'), login);
    pending.close();
    assert.equal(pending.find('id 1000'), undefined, 'closing forgets all');
  });

  it('print no password', () => {
    assert.doesNotMatch(inspect(login) + JSON.stringify(login), /alice-demo/);
  });
});
