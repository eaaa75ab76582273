import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createServiceAccounts } from '../../../sidecar/facade/ldap/service-accounts.ts';

describe('service accounts', () => {
  it('have no account without a password', () => {
    const accounts = createServiceAccounts([{ name: 'empty', password: new Secret('') }]);
    assert.equal(accounts.find('empty'), undefined);
    assert.equal(accounts.verify('empty', Buffer.alloc(0)), false);
  });

  it('compare passwords of any length without throwing', () => {
    const accounts = createServiceAccounts([{ name: 'reader', password: new Secret('pässword') }]);
    assert.equal(accounts.verify('READER', Buffer.from('pässword')), true);
    for (const wrong of ['', 'p', 'pässwor', 'pässword ', 'x'.repeat(100_000)])
      assert.equal(accounts.verify('reader', Buffer.from(wrong)), false);
  });
});
