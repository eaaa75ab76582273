import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { createCookieSigner } from '../../../../sidecar/facade/oidc/cookie-signer.ts';
import { createFormTokens } from '../../../../sidecar/facade/oidc/form-token.ts';

const [old, next] = [new Secret('a'.repeat(43)), new Secret('b'.repeat(43))];

describe('the signer of cookies', () => {
  it('takes what an older key signed, and says that it was an older one', () => {
    const signature = createCookieSigner([old]).sign('session=1');
    const signer = createCookieSigner([next, old]);
    assert.equal(signer.index('session=1', signature), 1);
    assert.equal(signer.index('session=1', signer.sign('session=1')), 0);
    assert.equal(createCookieSigner([next]).verify('session=1', signature), false);
  });

  it('takes nothing that was altered', () => {
    const signer = createCookieSigner([old]);
    const signature = signer.sign('session=1');
    assert.equal(signer.verify('session=1', signature), true);
    for (const [data, given] of [
      ['session=2', signature],
      ['session=1', signature.slice(1)],
      ['session=1', ''],
      ['session=1', 'ä'.repeat(43)],
    ] as const) {
      assert.equal(signer.verify(data, given), false);
    }
  });

  it('does not work without a key', () => {
    assert.throws(() => createCookieSigner([]), TypeError);
  });
});

describe('the token of a form', () => {
  it('is good for its own sign-in, also under an older key, and is no cookie signature', () => {
    const before = createFormTokens(() => [old]);
    const token = before.make('one');
    const after = createFormTokens(() => [next, old]);
    assert.equal(after.isValid('one', token), true);
    assert.equal(after.isValid('two', token), false);
    assert.equal(after.isValid('one', ''), false);
    assert.equal(createFormTokens(() => [next]).isValid('one', token), false);
    assert.equal(after.isValid('one', createCookieSigner([old]).sign('one')), false);
  });
});
