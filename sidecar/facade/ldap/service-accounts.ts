import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { UsableServiceAccount } from '../../application/service-accounts-watch.ts';
import type { Secret } from '../../core/secret.ts';
import { toServiceAccountKey } from '../../core/service-accounts.ts';

/** An application's own identity on LDAP, as configured. */
export interface ServiceAccount {
  readonly name: string;
  readonly password: Secret;
}

/** The service accounts of a server, by name without regard to case. */
export interface ServiceAccounts {
  /** The account's name as it was given; undefined when there is none. */
  find(name: string): string | undefined;
  /** Whether the password is the account's. */
  verify(name: string, password: Uint8Array): boolean;
  /** Names the secret that the account has now, and changes with it; undefined when there is no such account. */
  secretIdOf(name: string): string | undefined;
  /** Puts these in the place of the made ones. An account of the configuration hides another one of its name. */
  replaceMade(accounts: readonly UsableServiceAccount[]): void;
}

/** Of an account whose password is the configuration's: it does not change while this process runs. */
const configuredId = '';

/**
 * Configured passwords are kept and compared as HMACs under a key of this process, so that the time of a comparison tells neither
 * content nor length; made secrets as the store has them.
 */
export function createServiceAccounts(
  configured: readonly ServiceAccount[],
  made: readonly UsableServiceAccount[] = [],
): ServiceAccounts {
  const key = createSecretKey(randomBytes(32));
  const digest = (password: Uint8Array | string) => createHmac('sha256', key).update(password).digest();
  const fixed = configured
    // An account whose password is empty (a secret not filled in) is no account.
    .filter((account) => account.password.reveal() !== '')
    .map(({ name, password }): UsableServiceAccount => {
      const expected = digest(password.reveal());
      return { name, secretId: configuredId, verify: (given) => timingSafeEqual(expected, digest(given)) };
    });
  const index = (accounts: readonly UsableServiceAccount[]) =>
    new Map([...accounts, ...fixed].map((account) => [toServiceAccountKey(account.name), account]));
  let known = index(made);
  const find = (name: string) => known.get(toServiceAccountKey(name));
  return {
    find: (name) => find(name)?.name,
    verify: (name, password) => find(name)?.verify(password) === true,
    secretIdOf: (name) => find(name)?.secretId,
    replaceMade(accounts) {
      known = index(accounts);
    },
  };
}
