import { createHash, timingSafeEqual } from 'node:crypto';
import { splitAddress } from '../company/addresses.ts';
import type { Company } from '../company/company.ts';
import type { Account } from '../company/model.ts';
import { convertChars, loginSettings, readServerSetting } from '../properties/server-properties.ts';
import { isTotpCode } from '../totp.ts';
import { ApiError, textOf } from '../wire/envelope.ts';
import type { OpenCall } from './command.ts';

/**
 * The uid for accounts that may not log in for a reason other than "disabled" is not known. This one is made up: a
 * client must take an unknown uid for "could not tell", and is seen to fail when it guesses.
 */
const undocumentedRefusal = 'simulator_login_refusal_undocumented';

/** A right password in another encoding cannot be recognised: how a digest is made up is not documented. */
const unsupportedAuthType = 'simulator_authtype_unsupported';

/**
 * Checks email, password and code of `authenticate` and `getauthtoken`, in the order of the original: password, then
 * disabled, then second factor. Gives the account, or throws {@link ApiError}; only a wrong password is held back.
 */
export function checkLogin(call: OpenCall, now: Date): Account {
  const { company, tarpit } = call.state;
  const authType = textOf(call.params, 'authtype');
  if (authType !== '' && authType !== '0') throw new ApiError(unsupportedAuthType);
  const name = textOf(call.params, 'email');
  const account = findAccount(name, company);
  // One uid for a wrong password, an unknown account and an unknown domain.
  if (account === undefined || !isPassword(account, textOf(call.params, 'password'))) {
    throw new ApiError('auth_login_invalid', name);
  }
  tarpit.succeed(name);
  // Seen for state 1 only; the states beyond it, expiry and blocks have no known uid.
  if (account.state === 'disabled') throw new ApiError('account_disabled_2');
  if (account.state !== 'enabled' || account.blocked || isOver(account.validTill, now)) {
    throw new ApiError(undocumentedRefusal);
  }
  const domain = company.domain(splitAddress(account.address).domain);
  if (domain?.loginDisabled || isOver(domain?.expiresOn ?? '', now)) throw new ApiError(undocumentedRefusal);
  // An expired password still opens this interface.
  checkSecondFactor(account, textOf(call.params, 'totpcode'), now);
  return account;
}

function findAccount(name: string, company: Company): Account | undefined {
  const converted = readServerSetting(convertChars, company.server) === '1' ? name.replace(/[%/]/g, '@') : name;
  if (!converted.includes('@') && readServerSetting(loginSettings, company.server) === '1') return undefined;
  const account = company.findLogin(converted);
  return account?.type === 'user' ? account : undefined;
}

function isPassword(account: Account, password: string): boolean {
  if (account.authMode === 'any_password') return password !== '';
  return password !== '' && isSame(account.password, password);
}

function checkSecondFactor(account: Account, code: string, now: Date): void {
  const factor = account.secondFactor;
  if (factor === null || (factor.fixedCode !== '' && isSame(factor.fixedCode, code))) return;
  // What a wrong code gets is not known; the same uid, as the second factor is what is missing still.
  if (!isTotpCode(factor.secret, code, now.getTime())) throw new ApiError('auth_two_factor_required');
}

/** Whether the last valid day (`yyyy/mm/dd`, UTC) is over; an empty one never is. */
function isOver(lastDay: string, now: Date): boolean {
  return lastDay !== '' && now.toISOString().slice(0, 10).replaceAll('-', '/') > lastDay;
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
