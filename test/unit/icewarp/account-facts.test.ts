import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceUser } from '../../../sidecar/core/ports/directory-source.ts';
import { readUser } from './read-user.ts';
import { unreadable, type WireValue } from './scripted-server.ts';

type Facts = Partial<Omit<SourceUser, 'warnings'>>;

const readings: readonly (readonly [what: string, over: Readonly<Record<string, WireValue>>, facts: Facts])[] = [
  ['nothing special', {}, { admin: 'none', isGuest: false, isBlocked: false, passwordCheck: 'standard' }],
  ['an administrator', { U_Admin: '1', U_WebAdmin: '1' }, { admin: 'administrator' }],
  ['a domain administrator', { U_DomainAdmin: '1', U_WebAdmin: '1' }, { admin: 'domain_administrator' }],
  ['a web administrator', { U_WebAdmin: '1' }, { admin: 'web_administrator' }],
  ['rights that may not be read', { U_Admin: unreadable, U_DomainAdmin: '1' }, { admin: 'domain_administrator' }],
  ['a guest', { U_IsGuestAccount: '1' }, { isGuest: true }],
  ['a switch for guests that is not there', { U_IsGuestAccount: unreadable }, { isGuest: false }],
  ['a block by the login policy', { U_Blocked: '1' }, { isBlocked: true }],
  ['a block that may not be read', { U_Blocked: unreadable }, { isBlocked: undefined }],
  ['an unset switch', { U_Blocked: '' }, { isBlocked: false }],
  ['a password of NT', { U_AuthMode: '1' }, { passwordCheck: 'nt' }],
  ['a password of another directory', { U_AuthMode: '2' }, { passwordCheck: 'directory' }],
  [
    'another directory whose name may not be read',
    { U_AuthMode: '2', U_AuthModeValue: unreadable },
    { passwordCheck: 'directory' },
  ],
  [
    'a name of ours under another way of checking',
    { U_AuthMode: '1', U_AuthModeValue: 'ldap.us.test' },
    { passwordCheck: 'nt' },
  ],
  ['any password', { U_AuthMode: '3' }, { passwordCheck: 'any_password' }],
  ['an unset check', { U_AuthMode: '' }, { passwordCheck: 'standard' }],
  ['a check that may not be read', { U_AuthMode: unreadable }, { passwordCheck: undefined }],
  ['a login of its own', { U_Login: ' Al ' }, { loginText: ' Al ' }],
  ['an empty login', { U_Login: '' }, { loginText: '' }],
  ['a login that may not be read', { U_Login: unreadable }, { loginText: undefined }],
  ['a date of creation', { U_Created: '2021/03/04' }, { createdOn: '2021-03-04' }],
  ['a date of creation with its time', { U_Created: '2021/3/4 09:30:00' }, { createdOn: '2021-03-04' }],
  ['a creation in days', { U_Created: '44259' }, { createdOn: '2021-03-04' }],
  ['a creation in seconds', { U_Created: '1614902399' }, { createdOn: '2021-03-04' }],
  ['a creation one second later', { U_Created: '1614902400' }, { createdOn: '2021-03-05' }],
  ['a creation that is unset', { U_Created: '0' }, { createdOn: undefined }],
  ['a creation that may not be read', { U_Created: unreadable }, { createdOn: undefined }],
];

const impossible: readonly (readonly [name: string, value: string, facts: Facts])[] = [
  ['U_Admin', 'true', { admin: 'none' }],
  ['U_DomainAdmin', '2', { admin: 'none' }],
  ['U_IsGuestAccount', '-1', { isGuest: true }],
  ['U_Blocked', 'x', { isBlocked: true }],
  ['U_AuthMode', '4', { passwordCheck: 'any_password' }],
  ['U_AuthMode', '-1', { passwordCheck: 'any_password' }],
  ['U_Created', '2021/02/29', { createdOn: undefined }],
  ['U_Created', '-1614902399', { createdOn: undefined }],
  ['U_Created', '1614902399000', { createdOn: undefined }],
  ['U_Created', '0050/01/01', { createdOn: undefined }],
  ['U_Created', '20210304', { createdOn: undefined }],
];

function pick(user: SourceUser | undefined, facts: Facts): Facts {
  assert.ok(user !== undefined);
  return Object.fromEntries(Object.keys(facts).map((key) => [key, user[key as keyof Facts]]));
}

describe('what else is read of an account', () => {
  for (const [what, over, facts] of readings) {
    it(`takes ${what} for ${JSON.stringify(facts)}`, async () => {
      const user = await readUser(over);
      assert.deepEqual(pick(user, facts), facts);
      assert.deepEqual(user?.warnings, []);
    });
  }

  it('takes a directory that is this service for a circle, with a warning', async () => {
    const user = await readUser({ U_AuthMode: '2', U_AuthModeValue: 'dc.corp.test|LDAP.us.test;uid=al' });
    assert.equal(user?.passwordCheck, 'directory_loop');
    assert.match(
      user?.warnings.join() ?? '',
      /^account al@corp\.test: U_AuthModeValue is "dc\.corp.* nobody may log in/,
    );
  });

  for (const [name, value, facts] of impossible) {
    it(`takes ${name} "${value}" on the safe side, with a warning`, async () => {
      const user = await readUser({ [name]: value });
      assert.deepEqual(pick(user, facts), facts);
      assert.equal(user?.warnings.length, 1);
      assert.ok(user?.warnings[0]?.startsWith(`account al@corp.test: ${name} is "${value}"`), user?.warnings[0]);
      assert.equal(user?.state, 'enabled');
    });
  }

  it('warns of every impossible value, and shows no control characters of theirs', async () => {
    const user = await readUser({ U_Admin: 'a\u001b[31m', U_AuthMode: '9', U_Created: 'never' });
    assert.equal(user?.warnings.length, 3);
    assert.doesNotMatch(user?.warnings.join('') ?? '', /\u001b/);
  });
});
