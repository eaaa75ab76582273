import type { AccessScope } from './access.ts';
import { type HashedPassword, hashPassword, type ScryptCost, usualCost } from './chosen-password/hash.ts';
import type { Secret } from './secret.ts';

/** What is kept of an application's own identity whose secret this program made. Times are whole seconds. */
export interface StoredServiceAccount {
  readonly name: string;
  /** The secret's part before the dot. */
  readonly secretId: string;
  /** See `digestSecret`. */
  readonly digest: string;
  /** Of the key that the digest was made with: see `checkOfKey`. */
  readonly keyCheck: string;
  readonly createdAt: Date;
  /** When the secret was made. */
  readonly rotatedAt: Date;
}

/** A service account whose secret this program made, as far as a login needs it. Plain data, once the key is revealed. */
export interface MadeServiceAccount {
  readonly name: string;
  /** Another one after each rotation. */
  readonly secretId: string;
  /** See `digestSecret`. */
  readonly digest: string;
  /** Of the digest; the same for all. */
  readonly key: Secret;
}

/** A service account of the configuration: its password was chosen by a person. Plain data. */
export interface ChosenServiceAccount {
  readonly name: string;
  /** Left out: it has none, and a certificate alone lets it in. */
  readonly password?: HashedPassword;
  /** Subject, as a DN, of the client's certificate that stands for it. */
  readonly certificate?: string;
  readonly access?: ServiceAccountAccess;
  /** Exact searches for unknown addresses are put to the mail server; false when left out. */
  readonly beforeUse?: boolean;
}

/** What narrows an account beside its listener. */
export interface ServiceAccountAccess {
  /** Name of the LDAP profile of its product. */
  readonly profile?: string | undefined;
  readonly scope?: AccessScope | undefined;
}

/**
 * Puts the passwords of the configuration through scrypt, one after the other: nobody who serves logins needs them as they are. An
 * account whose password is empty (a secret not filled in) is no account, unless it has a certificate.
 */
export async function hashServiceAccounts(
  configured: readonly {
    readonly name: string;
    readonly password: Secret;
    readonly certificate?: string;
    readonly access?: ServiceAccountAccess;
    readonly beforeUse?: boolean;
  }[],
  cost: ScryptCost = usualCost,
): Promise<readonly ChosenServiceAccount[]> {
  const hashed: ChosenServiceAccount[] = [];
  for (const { password, ...account } of configured) {
    const text = password.reveal();
    if (text !== '') hashed.push({ ...account, password: await hashPassword(text, cost) });
    else if (account.certificate !== undefined) hashed.push(account);
  }
  return hashed;
}

/** The name of a service account, or undefined when a text is none: it stands in DNs without being escaped. */
export function parseServiceAccountName(text: string): string | undefined {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text) ? text : undefined;
}

/** Names of service accounts that differ only by this are the same. */
export function toServiceAccountKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}
