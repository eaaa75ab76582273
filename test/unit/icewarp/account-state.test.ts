import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { account, corp, rejectsWith } from './fixtures.ts';
import { readUser } from './read-user.ts';
import { unreadable, type WireValue } from './scripted-server.ts';

describe('the state of a user', () => {
  for (const [what, over, state] of [
    ['nothing speaks against it', {}, 'enabled'],
    ['the switches are unset', { U_AccountDisabled: '', U_AccountValid: '', U_PasswordExpired: '' }, 'enabled'],
    ['login is disabled (1)', { U_AccountDisabled: '1' }, 'disabled'],
    ['login and receiving are disabled (2)', { U_AccountDisabled: '2' }, 'disabled'],
    ['it is disabled with tarpitting (3)', { U_AccountDisabled: '3' }, 'disabled'],
    ['its domain is disabled (4)', { U_AccountDisabled: '4' }, 'domain_disabled'],
    ['it has a state not known (7)', { U_AccountDisabled: '7' }, 'disabled'],
    ['its date has passed', { U_AccountValid: '1', U_AccountValidTill_Date: '2026/06/14' }, 'expired'],
    ['this is its last day', { U_AccountValid: '1', U_AccountValidTill_Date: '2026/06/15' }, 'enabled'],
    ['its date has passed, told in days', { U_AccountValid: '1', U_AccountValidTill_Date: '46000' }, 'expired'],
    ['its last day is told in days', { U_AccountValid: '1', U_AccountValidTill_Date: '46188' }, 'enabled'],
    ['its date has passed but does not count', { U_AccountValidTill_Date: '2001/01/01' }, 'enabled'],
    ['a date counts that is not set', { U_AccountValid: '1' }, 'enabled'],
    ['its password has expired', { U_PasswordExpired: '1' }, 'password_expired'],
    [
      'it is disabled and expired',
      { U_AccountDisabled: '1', U_AccountValid: '1', U_AccountValidTill_Date: '2001/1/1' },
      'disabled',
    ],
    [
      'it expired, its password too',
      { U_PasswordExpired: '1', U_AccountValid: '1', U_AccountValidTill_Date: '2001/1/1' },
      'expired',
    ],
  ] as const) {
    it(`is "${state}" when ${what}`, async () => {
      assert.equal((await readUser(over))?.state, state);
    });
  }

  it('is read whatever the case of the names', async () => {
    const answer = account({ U_AccountDisabled: '1' });
    const lower = answer.replace(/<propname>[^<]*|<classname>[^<]*/g, (text) => text.toLowerCase());
    assert.equal((await readUser(lower))?.state, 'disabled');
  });

  it('is "domain_disabled" when nobody of the domain may log in', async () => {
    assert.equal((await readUser({}, { ...corp, loginDisabled: true }))?.state, 'domain_disabled');
  });

  for (const name of ['U_AccountDisabled', 'U_AccountValid', 'U_PasswordExpired']) {
    it(`is a failure when ${name} may not be read, or does not come`, async () => {
      const detail = new RegExp(`${name} of account al@corp\\.test.*right`);
      await rejectsWith(readUser({ [name]: unreadable }), 'forbidden', detail);
      const blank: WireValue = {
        raw: '<propertyval><classname>TPropertyString</classname><val/></propertyval><propertyright>0</propertyright>',
      };
      await rejectsWith(readUser({ [name]: blank }), 'forbidden', detail);
      const without = account().replace(new RegExp(`<item><apiproperty><propname>${name}</.*?</item>`), '');
      await rejectsWith(readUser(without), 'forbidden', detail);
    });
  }

  it('is a failure when the date that counts may not be read', async () => {
    const over = { U_AccountValid: '1', U_AccountValidTill_Date: unreadable };
    await rejectsWith(readUser(over), 'forbidden', /U_AccountValidTill_Date of account al@corp\.test/);
  });

  for (const over of [
    { U_AccountDisabled: 'yes' },
    { U_AccountDisabled: '-1' },
    { U_AccountDisabled: ['1'] },
    { U_AccountValid: '1', U_AccountValidTill_Date: '2026/02/30' },
    { U_AccountValid: '1', U_AccountValidTill_Date: 'soon' },
    { U_Comment: { raw: '<propertyval><classname>TAccountQuota</classname></propertyval>' } },
  ] satisfies Readonly<Record<string, WireValue>>[]) {
    it(`is a failure when the server gives ${JSON.stringify(over)}`, async () => {
      await rejectsWith(readUser(over), 'upstream_unavailable', /account al@corp\.test/);
    });
  }
});
