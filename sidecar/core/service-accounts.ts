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

/** The name of a service account, or undefined when a text is none: it stands in DNs without being escaped. */
export function parseServiceAccountName(text: string): string | undefined {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text) ? text : undefined;
}

/** Names of service accounts that differ only by this are the same. */
export function toServiceAccountKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}
