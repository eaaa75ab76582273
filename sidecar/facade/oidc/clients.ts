import type { AdapterPayload } from 'oidc-provider';
import type { OidcClient } from '../../core/oidc-clients/client.ts';

/** Stands where the library wants a secret to be: it compares none, see `provider.ts`. */
const hiddenSecret = 'compared elsewhere';

/** A client as oidc-provider takes it (OpenID Connect Dynamic Client Registration 1.0 §2). */
export function toProviderClient(client: OidcClient): AdapterPayload {
  const { id, name, redirectUris, postLogoutRedirectUris, backchannelLogoutUri, isPublic, clientCredentials } = client;
  const usesBrowsers = redirectUris.length > 0;
  return {
    client_id: id,
    client_name: name,
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
    ...(backchannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: backchannelLogoutUri, backchannel_logout_session_required: true }),
    grant_types: [
      ...(usesBrowsers ? ['authorization_code', 'refresh_token'] : []),
      ...(clientCredentials ? ['client_credentials'] : []),
    ],
    response_types: usesBrowsers ? ['code'] : [],
    application_type: redirectUris.some(isOfApp) ? 'native' : 'web',
    id_token_signed_response_alg: client.idTokenAlgorithm,
    ...(isPublic
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: hiddenSecret }),
  };
}

/** Loopback and private schemes are what the library knows as native (RFC 8252 §7). */
function isOfApp(uri: string): boolean {
  return !uri.toLowerCase().startsWith('https:');
}
