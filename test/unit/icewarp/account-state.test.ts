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

  for (const [over, state, warning] of [
    [{ U_AccountDisabled: '7' }, 'disabled', /U_AccountDisabled is "7"/],
    [{ U_AccountDisabled: 'yes' }, 'disabled', /U_AccountDisabled is "yes"/],
    [{ U_AccountDisabled: '-1' }, 'disabled', /U_AccountDisabled is "-1"/],
    [{ U_AccountDisabled: '00' }, 'disabled', /U_AccountDisabled is "00"/],
    [{ U_PasswordExpired: 'maybe' }, 'disabled', /U_PasswordExpired is "maybe"/],
    [{ U_AccountValid: '-1' }, 'disabled', /U_AccountValid is "-1"/],
    [
      { U_AccountValid: '1', U_AccountValidTill_Date: '2026/02/30' },
      'disabled',
      /Till_Date is "2026\/02\/30".*no date/,
    ],
    [{ U_AccountValid: '1', U_AccountValidTill_Date: '2026/13/01' }, 'disabled', /Till_Date is "2026\/13\/01"/],
    [{ U_AccountValid: '1', U_AccountValidTill_Date: '-5' }, 'disabled', /Till_Date is "-5"/],
    [{ U_AccountValid: '1', U_AccountValidTill_Date: 'soon' }, 'disabled', /Till_Date is "soon"/],
    [{ U_AccountDisabled: '4', U_PasswordExpired: 'x' }, 'domain_disabled', /U_PasswordExpired is "x"/],
  ] as const) {
    it(`is "${state}", with a warning, when the server gives ${JSON.stringify(over)}`, async () => {
      const user = await readUser(over);
      assert.equal(user?.state, state);
      assert.equal(user?.warnings.length, 1);
      assert.match(user?.warnings[0] ?? '', /^account al@corp\.test: .*the account is taken for disabled$/);
      assert.match(user?.warnings[0] ?? '', warning);
      assert.equal(user?.expiresOn, undefined);
    });
  }

  it('has no warning for an impossible date that does not count', async () => {
    assert.deepEqual((await readUser({ U_AccountValidTill_Date: 'soon' }))?.warnings, []);
  });

  for (const [date, expiresOn] of [
    ['2026/06/15', '2026-06-15'],
    ['2026/6/1', '2026-06-01'],
    ['2026/06/01 23:59:00', '2026-06-01'],
    ['46188', '2026-06-15'],
    ['1899/12/30', undefined],
    ['0', undefined],
    ['', undefined],
  ] as const) {
    it(`ends with the day ${expiresOn} when the date that counts is "${date}"`, async () => {
      const user = await readUser({ U_AccountValid: '1', U_AccountValidTill_Date: date });
      assert.equal(user?.expiresOn, expiresOn);
    });
  }

  it('never ends when the date does not count', async () => {
    assert.equal((await readUser({ U_AccountValidTill_Date: '2030/01/01' }))?.expiresOn, undefined);
  });

  for (const over of [
    { U_AccountDisabled: ['1'] },
    { U_Comment: { raw: '<propertyval><classname>TAccountQuota</classname></propertyval>' } },
    { A_AliasList: { raw: '<propertyval><classname>TPropertyStringList</classname><val>al</val></propertyval>' } },
  ] satisfies Readonly<Record<string, WireValue>>[]) {
    it(`is a failure when the server gives ${JSON.stringify(over)}`, async () => {
      await rejectsWith(readUser(over), 'upstream_unavailable', /account al@corp\.test/);
    });
  }
});
