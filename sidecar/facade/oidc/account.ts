import type { FindAccount } from 'oidc-provider';
import { DomainError } from '../../core/errors.ts';
import { findObstacle } from '../../core/login/account-state.ts';
import type { OidcClient } from '../../core/oidc-clients/client.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { readUserProfile } from '../../directory/user-profile.ts';
import { toClaims } from './claims.ts';
import { toProviderError } from './errors.ts';

export interface AccountLookupOptions {
  /** Undefined while nothing was ever committed. */
  readonly directory: () => Snapshot | undefined;
  readonly findClient: (id: string) => OidcClient | undefined;
  readonly userinfoUrl: string;
}

/**
 * Finds users by `sub`, which is their entryUUID. Somebody whom the client asking does not admit (disabled, without what it requires) is
 * nobody to it. While there is no directory it rejects: a client might forget users that it is told are gone.
 */
export function createAccountLookup({ directory, findClient, userinfoUrl }: AccountLookupOptions): FindAccount {
  return (context, sub) => {
    const snapshot = directory();
    if (snapshot === undefined) {
      throw toProviderError(
        new DomainError('upstream_unavailable', 'no directory was published yet; the first sync must succeed'),
      );
    }
    const clientId = context.oidc.client?.clientId;
    const client = clientId === undefined ? undefined : findClient(clientId);
    const user = snapshot.findById(sub);
    if (client === undefined || user === undefined || findObstacle(user, client.require) !== undefined)
      return undefined;
    return {
      accountId: sub,
      claims(use, scope, asked) {
        if (scope === 'openid' && Object.keys(asked ?? {}).length === 0) return { sub };
        const profile = readUserProfile(snapshot, sub);
        if (profile === undefined) throw new TypeError('a user that logs in has no entry');
        const isEmailVerified = user.passwordOf === user.login;
        return {
          sub,
          ...toClaims(profile, { client, isEmailVerified, use: use === 'id_token' ? use : 'userinfo', userinfoUrl }),
        };
      },
    };
  };
}
