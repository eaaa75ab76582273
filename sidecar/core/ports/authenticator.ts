import type { LoginName } from '../names.ts';
import type { Secret } from '../secret.ts';

/** Answer of the mail server about one password. An outage is thrown, never returned. */
export type PasswordAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' }
  /** The password was right. */
  | { readonly kind: 'second_factor_required' }
  /** The password was right. */
  | { readonly kind: 'account_disabled' };

/** Who can say whether a password is right: IceWarp itself. */
export interface Authenticator {
  /**
   * Asks the server once. Rejects with `upstream_unavailable` when no usable answer came.
   * A caller's deadline is not its business: see core/login/deadline.ts.
   */
  checkPassword(login: LoginName, password: Secret, secondFactor?: Secret): Promise<PasswordAnswer>;
}
