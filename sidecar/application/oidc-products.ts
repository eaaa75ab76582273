import { DomainError } from '../core/errors.ts';
import type { OidcClientInput } from '../core/oidc-clients/client.ts';

export const oidcProducts = ['keycloak', 'oauth2-proxy', 'apache', 'nextcloud', 'grafana', 'mailarchiva'] as const;
export type OidcProduct = (typeof oidcProducts)[number];

export interface OidcProductFacts {
  /** Our issuer, without a slash at its end. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the product is, without a slash at its end. */
  readonly url: string;
}

interface ProductRecipe {
  /** What the product sends browsers back to, behind its address. */
  readonly redirectPath: string;
  readonly logoutPath?: string;
  readonly backchannelPath?: string;
  /** RS256 where the product takes nothing else. */
  readonly idTokenAlgorithm?: 'RS256';
  /** Its own settings; `<secret>` stands where the client's secret goes. */
  readonly settings: (facts: OidcProductFacts) => readonly string[];
}

/** From each product's own documentation; docs/guides/oidc-clients.md names the pages. */
const recipes: Readonly<Record<OidcProduct, ProductRecipe>> = {
  keycloak: {
    redirectPath: '/broker/icewarp/endpoint',
    logoutPath: '/broker/icewarp/endpoint/logout_response',
    backchannelPath: '/protocol/openid-connect/logout/backchannel-logout',
    settings: ({ issuer, clientId }) => [
      'Identity providers > OpenID Connect v1.0',
      'Alias: icewarp',
      `Discovery endpoint: ${issuer}/.well-known/openid-configuration`,
      'Client authentication: Client secret sent as basic auth',
      `Client ID: ${clientId}`,
      'Client Secret: <secret>',
      'Scopes: openid profile email groups roles',
      'Validate Signatures: on; Use PKCE: on, S256; Trust Email: on; Sync mode: force',
    ],
  },
  'oauth2-proxy': {
    redirectPath: '/oauth2/callback',
    settings: ({ issuer, clientId, url }) => [
      'provider = "oidc"',
      `oidc_issuer_url = "${issuer}"`,
      `client_id = "${clientId}"`,
      'client_secret = "<secret>"',
      `redirect_url = "${url}/oauth2/callback"`,
      'scope = "openid email profile groups"',
      'code_challenge_method = "S256"',
      'oidc_groups_claim = "groups"',
      'email_domains = ["*"]',
    ],
  },
  apache: {
    redirectPath: '/oidc/callback',
    logoutPath: '/',
    settings: ({ issuer, clientId, url }) => [
      `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
      `OIDCClientID ${clientId}`,
      'OIDCClientSecret <secret>',
      `OIDCRedirectURI ${url}/oidc/callback`,
      'OIDCCryptoPassphrase "exec:/usr/bin/openssl rand -hex 32"',
      'OIDCScope "openid email profile groups roles"',
      'OIDCPKCEMethod S256',
      'OIDCRemoteUserClaim preferred_username',
    ],
  },
  nextcloud: {
    redirectPath: '/apps/user_oidc/code',
    logoutPath: '/',
    backchannelPath: '/apps/user_oidc/backchannel-logout/IceWarp',
    idTokenAlgorithm: 'RS256',
    settings: ({ issuer, clientId }) => [
      `occ user_oidc:provider IceWarp --clientid=${clientId} --clientsecret=<secret>`,
      `  --discoveryuri=${issuer}/.well-known/openid-configuration`,
      '  --scope="openid email profile groups" --mapping-uid=preferred_username --mapping-groups=groups --group-provisioning=1',
    ],
  },
  grafana: {
    redirectPath: '/login/generic_oauth',
    settings: ({ issuer, clientId }) => [
      '[auth.generic_oauth]',
      'enabled = true',
      'name = IceWarp',
      `client_id = ${clientId}`,
      'client_secret = <secret>',
      'scopes = openid email profile groups roles',
      `auth_url = ${issuer}/auth`,
      `token_url = ${issuer}/token`,
      `api_url = ${issuer}/me`,
      'use_pkce = true',
      'login_attribute_path = preferred_username',
      'groups_attribute_path = groups',
    ],
  },
  mailarchiva: {
    redirectPath: '/oauth2/callback',
    idTokenAlgorithm: 'RS256',
    settings: ({ issuer, clientId }) => [
      'Configuration > Logins > OpenID Connect',
      `Discovery URL: ${issuer}/.well-known/openid-configuration`,
      `Client ID: ${clientId}`,
      'Client secret: <secret>',
      'Scopes: openid email profile roles',
    ],
  },
};

/** What a client for a product is like, where nobody says otherwise. Throws `invalid_input` for a URL that is none. */
export function toProductClient(product: OidcProduct, url: string): OidcClientInput {
  const base = toBase(url);
  const { redirectPath, logoutPath, backchannelPath, idTokenAlgorithm } = recipes[product];
  return {
    redirectUris: [base + redirectPath],
    ...(logoutPath === undefined ? {} : { postLogoutRedirectUris: [base + logoutPath] }),
    ...(backchannelPath === undefined ? {} : { backchannelLogoutUri: base + backchannelPath }),
    ...(idTokenAlgorithm === undefined ? {} : { idTokenAlgorithm }),
  };
}

/** The product's own settings, line by line, filled in with this installation's values; never a secret. */
export function toProductSettings(product: OidcProduct, facts: OidcProductFacts): readonly string[] {
  return recipes[product].settings({ ...facts, url: toBase(facts.url) });
}

function toBase(url: string): string {
  if (URL.parse(url) === null) {
    throw new DomainError('invalid_input', `"${url}" is no address; write --url https://wiki.example.com`);
  }
  return url.replace(/\/+$/, '');
}
