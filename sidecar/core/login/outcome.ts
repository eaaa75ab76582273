import type { UserState } from '../model.ts';
import type { LoginUser } from '../ports/user-directory.ts';
import type { Secret } from '../secret.ts';

/** One attempt to log in, whatever protocol it came by. */
export interface LoginRequest {
  /** As typed, already freed from the syntax of the protocol (a DN has become its `uid`). */
  readonly name: string;
  readonly password: Secret;
  /** Privileges or roles, all of which the user must have. */
  readonly require: readonly string[];
  /** How long the caller waits for the answer. */
  readonly deadlineMs: number;
  /** For the log: `ldap`, `oidc` … */
  readonly facade: string;
  readonly clientAddress: string;
}

/** Why a login was refused. For the administrator only: the caller gets one text for all. */
export type RefusalReason =
  | 'unknown_name'
  | 'ambiguous_name'
  | 'empty_password'
  | 'wrong_password'
  | 'second_factor_required'
  | 'missing_privilege'
  | Exclude<UserState, 'enabled'>;

/** The three ends of a login. Could-not-tell is never to be shown as a wrong password. */
export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly user: LoginUser }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | {
      readonly kind: 'could_not_tell';
      /** `held_back`: no answer within the deadline; `unavailable`: an outage. */
      readonly reason: 'held_back' | 'unavailable';
      /** For the administrator; holds no secret. */
      readonly message: string;
    };

/** What the log and the counters learn of one finished login. */
export interface LoginRecord {
  readonly request: Omit<LoginRequest, 'password'>;
  /** The login key, when the name was somebody's. */
  readonly login: string | undefined;
  readonly outcome: LoginOutcome;
  readonly durationMs: number;
}

/**
 * Decides about one login. Resolves within the request's deadline, with every foreseen failure as an outcome.
 */
export type Login = (request: LoginRequest) => Promise<LoginOutcome>;
