/** What is kept of a password that this program made for one client of one user. */
export interface StoredAppPassword {
  /** The part of the password before the dot. */
  readonly id: string;
  /** entryUUID of the user whose it is. */
  readonly userId: string;
  /** Which client it is for; unique for the user, whatever the case. */
  readonly name: string;
  /** See `digestSecret`. */
  readonly digest: string;
  /** Of the key that the digest was made with: see `checkOfKey`. */
  readonly keyCheck: string;
  /** LDAP listeners that take it; empty: all. */
  readonly listeners: readonly string[];
  /** Networks in CIDR notation that it is taken from; empty: all. */
  readonly networks: readonly string[];
  /** Whole seconds. */
  readonly createdAt: Date;
  /** The last day of use, `YYYY-MM-DD` in UTC; undefined: never used. */
  readonly lastUsedOn: string | undefined;
}

/** The name of an app password, in its one form; undefined when a text cannot be one. */
export function parseAppPasswordName(text: string): string | undefined {
  const name = text.trim().normalize('NFC');
  return name === '' || name.length > 64 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) ? undefined : name;
}

/** Names of app passwords that differ only by this are the same. */
export function toAppPasswordKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}
