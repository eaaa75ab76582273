import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcClient } from '../../core/oidc-clients/client.ts';

/**
 * The grant that answers an authorization request without a question: the one of this session, or of the consent just given. A client of
 * the company's own is granted whatever it asks for.
 */
export function createGrantLoader(
  findClient: (id: string) => OidcClient | undefined,
): (context: KoaContextWithOIDC) => Promise<Grant | undefined> {
  return async ({ oidc }) => {
    const { client, session, account, provider } = oidc;
    if (client === undefined || session === undefined || account === undefined) return undefined;
    const grantId = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const kept = known?.accountId === account.accountId ? known : undefined;
    if (findClient(client.clientId)?.isFirstParty !== true) return kept;

    const grant = kept ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
    const scopes = missing([...oidc.requestParamOIDCScopes], grant.getOIDCScopeEncountered().split(' '));
    const claims = missing([...oidc.requestParamClaims], grant.getOIDCClaimsEncountered());
    if (kept !== undefined && scopes.length === 0 && claims.length === 0) return kept;
    if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
    if (claims.length > 0) grant.addOIDCClaims(claims);
    await grant.save();
    return grant;
  };
}

function missing(asked: readonly string[], known: readonly string[]): string[] {
  return asked.filter((name) => !known.includes(name));
}
