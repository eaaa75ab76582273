import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcClient } from '../../core/oidc-clients/client.ts';

const offlineAccess = 'offline_access';

/**
 * Gives a client of the company's own the `offline_access` that it asked for. The library takes it from every request without
 * `prompt=consent`; OpenID Connect Core 1.0 §11 lets other conditions take the place of consent, and being trusted is one.
 */
export function restoreOfflineAccess(
  { oidc, query }: KoaContextWithOIDC,
  findClient: (id: string) => OidcClient | undefined,
): void {
  const { client, params } = oidc;
  if (client === undefined || params === undefined || findClient(client.clientId)?.isFirstParty !== true) return;
  if (
    typeof query.scope !== 'string' ||
    typeof params.scope !== 'string' ||
    !client.grantTypeAllowed('refresh_token')
  ) {
    return;
  }
  const granted = params.scope.split(' ');
  if (query.scope.split(' ').includes(offlineAccess) && !granted.includes(offlineAccess)) {
    params.scope = [...granted, offlineAccess].join(' ');
  }
}
