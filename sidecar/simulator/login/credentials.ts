import { createHash, timingSafeEqual } from 'node:crypto';
import type { Company } from '../company/company.ts';
import type { Account, SecondFactor } from '../company/model.ts';
import { isTotpCode } from '../totp.ts';
import type { LoginPolicy } from './policy.ts';

/** The user whom a login name means under the policy; undefined when it is nobody, or more than one. */
export function findAccount(name: string, company: Company, policy: LoginPolicy): Account | undefined {
  const converted = policy.convertsCharacters ? name.replace(/[%/]/g, '@') : name;
  if (!converted.includes('@') && policy.wholeAddress) return undefined;
  const account = company.findLogin(converted);
  return account?.type === 'user' ? account : undefined;
}

/** Whether a password is right. The empty one never is. */
export function isPassword(account: Account, password: string): boolean {
  if (account.authMode === 'any_password') return password !== '';
  return password !== '' && isSame(account.password, password);
}

/** Whether a code is right at `now`, in milliseconds since 1970. */
export function isSecondFactor(factor: SecondFactor, code: string, now: number): boolean {
  return (factor.fixedCode !== '' && isSame(factor.fixedCode, code)) || isTotpCode(factor.secret, code, now);
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
