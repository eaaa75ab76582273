import {
  createPasswordChecker,
  type PasswordCheckerOptions,
  type PasswordVerdict,
} from '../../core/chosen-password/check.ts';
import { toCountedAddress } from '../../core/login/source-address.ts';
import { matchesDigest } from '../../core/made-secret.ts';
import {
  type ChosenServiceAccount,
  type MadeServiceAccount,
  type ServiceAccountAccess,
  toServiceAccountKey,
} from '../../core/service-accounts.ts';
import { normaliseDn } from '../../directory/dn.ts';

/** The service accounts of a server, by name without regard to case. */
export interface ServiceAccounts {
  /** The account's name as it was given; undefined when there is none. */
  find(name: string): string | undefined;
  /** The account that a client's certificate stands for, by its subject as a normalised DN; undefined when there is none. */
  findByCertificate(subject: string): { readonly name: string; readonly secretId: string } | undefined;
  /** Whether the password is the account's: at once for a made secret and for one accepted before, else later. */
  verify(name: string, password: Uint8Array, clientAddress: string): PasswordVerdict | Promise<PasswordVerdict>;
  /** Names the secret that the account has now, and changes with it; undefined when there is no such account. */
  secretIdOf(name: string): string | undefined;
  /** Whether its exact searches for unknown addresses are put to the mail server. */
  mayLookUp(name: string): boolean;
  /** What an account is limited to; undefined where nothing beside its listener limits it. */
  accessOf(name: string): ServiceAccountAccess | undefined;
  /** Puts these in the place of the made ones. An account of the configuration hides another one of its name. */
  replaceMade(made: readonly MadeServiceAccount[]): void;
}

interface KnownAccount {
  readonly name: string;
  readonly secretId: string;
  readonly mayLookUp: boolean;
  /** Subject of its certificate as a normalised DN. */
  readonly certificate?: string | undefined;
  readonly access?: ServiceAccountAccess | undefined;
  verify(password: Uint8Array, clientAddress: string): PasswordVerdict | Promise<PasswordVerdict>;
}

/** Of an account whose password is the configuration's: it does not change while this process runs. */
const configuredId = '';

/** Passwords of the configuration are checked by scrypt, made secrets by HMAC: nobody can guess those. */
export function createServiceAccounts(
  configured: readonly ChosenServiceAccount[],
  made: readonly MadeServiceAccount[] = [],
  options: PasswordCheckerOptions = {},
): ServiceAccounts {
  const checker = createPasswordChecker(options);
  const fixed = configured.map(
    ({ name, password, certificate, access, beforeUse = false }): KnownAccount => ({
      name,
      access,
      secretId: configuredId,
      mayLookUp: beforeUse,
      certificate: certificate === undefined ? undefined : normaliseDn(certificate),
      verify: (given, clientAddress) =>
        password === undefined
          ? 'wrong'
          : checker.check(toServiceAccountKey(name), password, given, toCountedAddress(clientAddress)),
    }),
  );
  const index = (accounts: readonly MadeServiceAccount[]) => {
    const usable = accounts.map(
      ({ name, secretId, digest, key }): KnownAccount => ({
        name,
        secretId,
        mayLookUp: false,
        verify: (given) => (matchesDigest(key, digest, given) ? 'right' : 'wrong'),
      }),
    );
    return new Map([...usable, ...fixed].map((account) => [toServiceAccountKey(account.name), account]));
  };
  let known = index(made);
  const find = (name: string) => known.get(toServiceAccountKey(name));
  return {
    find: (name) => find(name)?.name,
    findByCertificate(subject) {
      const account = fixed.find(({ certificate }) => certificate === subject);
      return account && { name: account.name, secretId: account.secretId };
    },
    verify: (name, password, clientAddress) => find(name)?.verify(password, clientAddress) ?? 'wrong',
    secretIdOf: (name) => find(name)?.secretId,
    mayLookUp: (name) => find(name)?.mayLookUp === true,
    accessOf: (name) => find(name)?.access,
    replaceMade(accounts) {
      known = index(accounts);
    },
  };
}
