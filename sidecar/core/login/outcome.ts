import type { UserState } from '../model.ts';
import type { LoginUser, PasswordCheck } from '../ports/user-directory.ts';
import type { Secret } from '../secret.ts';
import type { LimitReached } from './counters.ts';
import type { Lane } from './lanes.ts';
import type { LoginState } from './login-state.ts';
import type { TwoFactorPolicy } from './settings.ts';

/** One attempt to log in, whatever protocol it came by. */
export interface LoginRequest {
  /** As typed, already freed from the syntax of the protocol (a DN has become its `uid`). */
  readonly name: string;
  readonly password: Secret;
  /** A code given in a field of its own. */
  readonly secondFactor?: Secret | undefined;
  /** Privileges or roles, all of which the user must have. */
  readonly require: readonly string[];
  /** How long the caller waits for the answer. */
  readonly deadlineMs: number;
  /** For the log: `ldap`, `oidc` … */
  readonly facade: string;
  /** The listener or client within the facade, for the audit. */
  readonly listener?: string | undefined;
  readonly clientAddress: string;
  /** The address that failures count against, when it is another than `clientAddress`. */
  readonly sourceAddress?: string | undefined;
  /** One address for many people: an application's. No failures count against it. */
  readonly applicationAddress?: boolean | undefined;
  /** What an account with a second factor gets; `reject` when left out. */
  readonly twoFactor?: TwoFactorPolicy | undefined;
  /** The protocol carries a name and a password and nothing else, so a code comes with the password; true when left out. */
  readonly passwordOnlyListener?: boolean | undefined;
}

/** Why a login was refused. For the administrator only: the caller gets one text for all. */
export type RefusalReason =
  | 'unknown_name'
  | 'ambiguous_name'
  | 'empty_password'
  | 'wrong_password'
  | 'second_factor_required'
  | 'missing_privilege'
  | 'wrong_app_password'
  /** Another listener, network or protocol than the app password was made for. */
  | 'app_password_not_for_here'
  | 'blocked'
  | PasswordCheck
  | Exclude<UserState, 'enabled'>;

/** The three ends of a login. Could-not-tell is never to be shown as a wrong password. */
export type LoginOutcome =
  | { readonly kind: 'accepted'; readonly user: LoginUser }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      /** IceWarp has not answered yet, and holds the answer back as it does with wrong passwords. */
      readonly presumed?: true;
    }
  | {
      readonly kind: 'could_not_tell';
      /** `held_back`: no answer within the deadline; `unavailable`: an outage. */
      readonly reason: 'held_back' | 'unavailable';
      /** For the administrator; holds no secret. */
      readonly message: string;
    };

/** Where a decision came from. */
export type DecidedBy =
  | 'icewarp'
  | 'known_bad'
  | 'just_accepted'
  | 'recent_success'
  | 'outage_memory'
  | 'app_password'
  | 'ourselves';

/** What the log and the counters learn of one finished login. */
export interface LoginRecord {
  readonly request: Omit<LoginRequest, 'password' | 'secondFactor'>;
  /** The login key, when the name was somebody's. */
  readonly login: string | undefined;
  readonly outcome: LoginOutcome;
  readonly durationMs: number;
  readonly decidedBy: DecidedBy;
  /** What kept us from asking IceWarp, also where the caller is told nothing of it. */
  readonly cause: RefusalReason | LimitReached | undefined;
  readonly lane: Lane | undefined;
}

/** Decides about one login. Resolves within the request's deadline, with every foreseen failure as an outcome. */
export type Login = (request: LoginRequest) => Promise<LoginOutcome>;

/** The login, and what an administrator may do to it. Accounts are named by their login key. */
export interface LoginService extends Login {
  /** Forgets failures and known-bad passwords of an account. */
  unlock(login: string, actor?: string): void;
  /** The account was changed in IceWarp or in the directory: what is remembered of it may no longer be so. */
  accountChanged(login: string): void;
  stateOf(login: string): LoginState;
  /** Stops hearing of other processes' failures. */
  close(): void;
}
