import type { PasswordVerdict } from '../../core/chosen-password/check.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import type { AskAccount } from './account-question.ts';
import type { Pagings } from './controls/paging.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { FailureContext } from './errors.ts';
import type { LdapLimits } from './limits.ts';
import type { AskLogin } from './login-question.ts';
import type { Outbox } from './outbox.ts';
import { type LdapResult, OperationError, ResultCode } from './result-codes.ts';
import type { RootDses } from './schema/root-dse.ts';
import type { ServiceAccounts } from './service-accounts.ts';
import type { Identity } from './session.ts';
import type { Sight, Sights } from './sight.ts';
import type { WriteBuffers } from './write-buffers.ts';

/** A bind of a service account that was not accepted: plain data. */
export interface ServiceRefusal {
  /** The account's. */
  readonly name: string;
  readonly listener: string;
  readonly clientAddress: string;
  readonly reason: Exclude<PasswordVerdict, 'right'>;
  readonly durationMs: number;
}

/** What all connections of a server have in common. */
export interface ServerContext {
  readonly baseDn: string;
  readonly snapshot: () => Snapshot | undefined;
  readonly askLogin: AskLogin;
  /** Undefined where searches never ask the mail server. */
  readonly askAccount: AskAccount | undefined;
  readonly serviceAccounts: ServiceAccounts;
  readonly limits: LdapLimits;
  readonly rootDse: RootDses;
  readonly pagings: Pagings;
  readonly sights: Sights;
  readonly buffers: WriteBuffers;
  readonly log: Log;
  readonly onBind: ((resultCode: ResultCode, durationMs: number) => void) | undefined;
  readonly onServiceRefusal: ((refusal: ServiceRefusal) => void) | undefined;
  readonly onSearch: ((resultCode: ResultCode, entries: number, durationMs: number) => void) | undefined;
}

/** What an operation may know and change of its connection. */
export interface Session {
  identity: Identity;
  /** Whether a password may come this way: over TLS, or without leaving the machine, as the listener has it. */
  readonly isConfidential: boolean;
  readonly isEncrypted: boolean;
  readonly offersStartTls: boolean;
  /** Subject of the client's certificate, as a normalised DN; undefined when it showed none that holds. */
  readonly certificateSubject: string | undefined;
  readonly clientAddress: string;
  /** Name of the listener that the connection came by. */
  readonly listener: string;
  readonly diagnostics: Diagnostics;
  /** Name of the listener's profile; `generic` when left out. */
  readonly profile?: string | undefined;
}

/** One request under way. */
export interface OperationContext {
  readonly server: ServerContext;
  readonly session: Session;
  readonly messageId: number;
  readonly outbox: Outbox;
  /** Becomes true when the client gave the operation up or is gone: no answer is wanted any more. */
  isAbandoned: boolean;
  /** Called when that happens. */
  onAbandoned: (() => void) | undefined;
  /** The version that the operation answers from. Its memory may be used anew once no operation and no paging names it. */
  snapshot: Snapshot | undefined;
  /** Entries sent so far. */
  entries: number;
  /** How a DomainError of this operation is to be told. */
  failure: FailureContext;
}

/** How an operation ended, for its one response. */
export interface OperationEnd {
  readonly result: LdapResult;
  /** Encoded controls of the response. */
  readonly controls?: readonly Uint8Array[];
  /** The value of an extended response. */
  readonly value?: Uint8Array;
  /** Once the response is on its way the connection is encrypted. */
  readonly startsTls?: boolean;
}

export const success: LdapResult = { code: ResultCode.success, message: '' };

/**
 * The published directory, for one operation to answer from. Throws OperationError `unavailable` while there is none: a failure, not
 * an empty directory.
 */
export function requireSnapshot(context: Pick<OperationContext, 'server' | 'snapshot'>): Snapshot {
  const snapshot = context.server.snapshot();
  context.snapshot = snapshot;
  if (snapshot !== undefined) return snapshot;
  throw new OperationError(
    ResultCode.unavailable,
    'the directory is not there yet: the first synchronisation has not ended',
  );
}

/** The published directory as the connection of an operation sees it. Throws as {@link requireSnapshot} does. */
export function requireSight(context: OperationContext): Sight {
  const { server, session } = context;
  return server.sights.lookAt(requireSnapshot(context), session);
}

/** Ends operations on entries that come before a bind: to show nothing would look as if there were nothing. */
export function requireLogin(session: Session): void {
  if (session.identity.kind !== 'anonymous') return;
  throw new OperationError(
    ResultCode.insufficientAccessRights,
    'bind first: without a login only the root DSE is shown',
  );
}
