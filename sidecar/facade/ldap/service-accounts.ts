import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/** An application's own identity on LDAP. */
export interface ServiceAccount {
  readonly name: string;
  readonly password: Secret;
}

/** The service accounts of a server, by name without regard to case. */
export interface ServiceAccounts {
  /** The account's name as configured; undefined when there is none. */
  find(name: string): string | undefined;
  /** Whether the password is the account's. */
  verify(name: string, password: Uint8Array): boolean;
}

/**
 * Passwords are kept and compared as HMACs under a key of this process, so that the time of a comparison tells neither content
 * nor length.
 */
export function createServiceAccounts(accounts: readonly ServiceAccount[]): ServiceAccounts {
  const key = randomBytes(32);
  const digest = (password: Uint8Array | string) => createHmac('sha256', key).update(password).digest();
  const nobody = digest(randomBytes(32));
  const known = new Map(
    accounts
      // An account whose password is empty (a secret not filled in) is no account.
      .filter((account) => account.password.reveal() !== '')
      .map(
        (account) => [toKey(account.name), { name: account.name, digest: digest(account.password.reveal()) }] as const,
      ),
  );
  return {
    find: (name) => known.get(toKey(name))?.name,
    verify(name, password) {
      const account = known.get(toKey(name));
      return timingSafeEqual(account?.digest ?? nobody, digest(password)) && account !== undefined;
    },
  };
}

function toKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}
