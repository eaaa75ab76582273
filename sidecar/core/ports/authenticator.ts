import { DomainError } from '../errors.ts';
import type { LoginName } from '../names.ts';
import type { Secret } from '../secret.ts';

/** Answer of the mail server about one password. An outage is thrown, never returned. */
export type PasswordAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' }
  /** The password was right. */
  | { readonly kind: 'second_factor_required' }
  /** The password was right. */
  | { readonly kind: 'account_disabled' }
  /** The server answered with an error nobody has documented: whether the password was right is not known. */
  | { readonly kind: 'unclear'; readonly uid: string };

/**
 * The question provably never reached the server (no connection, no free call), so the server cannot have counted it. Anything less
 * certain is an ordinary `upstream_unavailable`, which counts as a failed login.
 */
export class QuestionNotSent extends DomainError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('upstream_unavailable', message, options);
  }
}

/** Who can say whether a password is right: IceWarp itself. */
export interface Authenticator {
  /**
   * Asks the server once. Rejects with `upstream_unavailable` when no usable answer came.
   * A caller's deadline is not its business: see core/login/deadline.ts. `signal` gives the call up to make room; then it rejects.
   */
  checkPassword(
    login: LoginName,
    password: Secret,
    secondFactor?: Secret,
    signal?: AbortSignal,
  ): Promise<PasswordAnswer>;
}
