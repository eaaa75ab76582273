import type { ErrorCode } from '../../core/errors.ts';
import type { ChosenServiceAccount, MadeServiceAccount } from '../../core/service-accounts.ts';
import type { SnapshotBlock } from '../../directory/layout.ts';
import type { LdapCountsBatch } from '../../observe/ldap-counts.ts';
import type { LookUpAnswer } from './account-question.ts';
import type { LdapLimits } from './limits.ts';
import type { BoundListener, ListenerPlace } from './listen.ts';
import type { LoginAnswer } from './login-question.ts';
import type { ServiceRefusal } from './operation.ts';
import type { PosixSettings } from './profiles/facts.ts';
import type { TlsMaterial } from './tls-upgrade.ts';

/** A version of the directory on its way to the workers. Versions count up from 1 within a process. */
export interface Publication {
  readonly version: number;
  readonly block: SnapshotBlock;
}

/** A service account whose secret this program made, as plain data: a Secret would arrive empty. */
export interface SentServiceAccount extends Omit<MadeServiceAccount, 'key'> {
  readonly key: string;
}

/** What a worker is started with. */
export interface LdapWorkerData {
  readonly listeners: readonly ListenerPlace[];
  readonly isPortShared: boolean;
  readonly baseDn: string;
  readonly vendorVersion: string;
  readonly limits: LdapLimits;
  readonly serviceAccounts: readonly ChosenServiceAccount[];
  readonly madeServiceAccounts: readonly SentServiceAccount[];
  /** Whether the main thread can be asked about unknown addresses. */
  readonly asksAccounts: boolean;
  readonly posix?: PosixSettings | undefined;
  /** Undefined while nothing was ever committed. */
  readonly publication: Publication | undefined;
  /** Of `ConnectionCounts`, and this worker's place in it. */
  readonly connections: SharedArrayBuffer;
  readonly place: number;
  readonly places: number;
}

/** A question about a user's password, or that nobody waits for its answer any more. */
export type LoginMessage =
  | {
      readonly kind: 'login';
      readonly id: number;
      readonly listener: string;
      readonly name: string;
      readonly password: string;
      readonly clientAddress: string;
    }
  | { readonly kind: 'login-abort'; readonly id: number };

export interface LoginEnd {
  readonly id: number;
  /** Undefined: the login failed in a way that nobody foresaw. */
  readonly answer: LoginAnswer | undefined;
}

/** From the main thread to a worker. */
export type ToLdapWorker =
  | { readonly kind: 'publish'; readonly publication: Publication }
  | { readonly kind: 'service-accounts'; readonly accounts: readonly SentServiceAccount[] }
  | { readonly kind: 'material'; readonly listener: string; readonly material: TlsMaterial }
  | { readonly kind: 'login-ends'; readonly ends: readonly LoginEnd[] }
  | { readonly kind: 'look-up-end'; readonly id: number; readonly answer: LookUpAnswer }
  /** Memory was given up: let go of it now. */
  | { readonly kind: 'collect' }
  | { readonly kind: 'stop' };

/** From a worker to the main thread. */
export type FromLdapWorker =
  | { readonly kind: 'listening'; readonly listeners: readonly BoundListener[] }
  | { readonly kind: 'not-listening'; readonly code: ErrorCode | undefined; readonly message: string }
  | { readonly kind: 'logins'; readonly messages: readonly LoginMessage[] }
  /** Is there an account with that address? */
  | { readonly kind: 'look-up'; readonly id: number; readonly address: string }
  | { readonly kind: 'service-refusal'; readonly refusal: ServiceRefusal }
  /** The oldest version that is still read here; nothing older will be again. */
  | { readonly kind: 'in-use'; readonly oldest: number }
  | { readonly kind: 'counts'; readonly batch: LdapCountsBatch };
