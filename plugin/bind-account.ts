import type { Secret } from '../sidecar/core/secret.ts';

/** Our own service account that Keycloak binds with. Rejects as application/service-accounts.ts does. */
export interface BindAccount {
  /**
   * `configured`: chosen by a person, secret known. `usable`: made by us, secret known to nobody. `unusable`: made with another key.
   */
  readState(name: string): Promise<'missing' | 'configured' | 'usable' | 'unusable'>;
  /** Makes the account or gives it another secret; the secret of the configuration where it is `configured`. */
  issue(name: string): Promise<Secret>;
  remove(name: string): Promise<void>;
}
