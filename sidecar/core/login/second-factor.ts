import { Secret } from '../secret.ts';
import { CompactTable } from './compact-table.ts';
import type { Fingerprint } from './fingerprints.ts';
import type { LoginRequest } from './outcome.ts';

/** What IceWarp is asked with. */
export interface Credentials {
  readonly password: Secret;
  readonly code: Secret | undefined;
}

/** Accounts that answered with the wish for a second factor. */
export interface SecondFactors {
  note(account: Fingerprint): void;
  isKnown(account: Fingerprint): boolean;
  /** The password was enough. */
  forget(account: Fingerprint): void;
}

const maxAccounts = 100_000;
/** TOTP codes (RFC 6238) as IceWarp makes them. */
const afterComma = /^(.+),([0-9]{6})$/s;
const appended = /^(.+)([0-9]{6})$/s;

export function createSecondFactors(): SecondFactors {
  const table = new CompactTable({ keyWords: 2, valueWords: 1, capacity: maxAccounts });
  return {
    note: (account) => table.set(table.ensure(account), 0, 1),
    isKnown(account) {
      const record = table.find(account);
      return record !== -1 && table.get(record, 0) === 1;
    },
    forget(account) {
      const record = table.find(account);
      if (record !== -1) table.set(record, 0, 0);
    },
  };
}

/**
 * Finds the code of the second factor. Where the protocol has no field for it, it follows the password after a comma; digits without
 * one are a code only for accounts that are known to want it. However it is read, one login asks one question.
 */
export function toCredentials(request: LoginRequest, wantsCode: boolean): Credentials {
  const { password, secondFactor: code } = request;
  if (request.twoFactor !== 'code' || code !== undefined || request.passwordOnlyListener === false) {
    return { password, code };
  }
  const text = password.reveal();
  const parts = afterComma.exec(text) ?? (wantsCode ? appended.exec(text) : null);
  if (parts?.[1] === undefined || parts[2] === undefined) return { password, code: undefined };
  return { password: new Secret(parts[1]), code: new Secret(parts[2]) };
}
