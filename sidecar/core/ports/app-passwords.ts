import type { Secret } from '../secret.ts';

/** An app password that can be used now. */
export interface AppPassword {
  readonly id: string;
  /** entryUUID of the user whose it is. */
  readonly userId: string;
  /** Whether it is taken by this LDAP listener from this address. */
  isFor(listener: string | undefined, clientAddress: string): boolean;
}

/** The app passwords in force, as the login sees them: from memory, so that no database holds a login up. */
export interface AppPasswords {
  /** The app password that a text is; undefined when it is none, or none any more. */
  find(text: Secret): AppPassword | undefined;
  /** It has let its user in. */
  noteUse(id: string): void;
}
