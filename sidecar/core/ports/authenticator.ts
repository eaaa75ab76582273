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

/** Who can say whether a password is right: IceWarp itself. */
export interface Authenticator {
  /**
   * Asks the server once. Rejects with `upstream_unavailable` when no usable answer came.
   * A caller's deadline is not its business: see core/login/deadline.ts.
   */
  checkPassword(login: LoginName, password: Secret, secondFactor?: Secret): Promise<PasswordAnswer>;
}
