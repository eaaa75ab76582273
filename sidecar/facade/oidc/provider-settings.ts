import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcClient } from '../../core/oidc-clients/client.ts';
import type { ExpiringStore } from '../../core/ports/expiring-store.ts';
import type { KeySet } from '../../core/signing-keys/key-set.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { createAccountLookup } from './account.ts';
import { scopeClaims } from './claims.ts';
import { toProviderClient } from './clients.ts';
import { createCookieSigner } from './cookie-signer.ts';
import { createGrantLoader } from './existing-grant.ts';
import { createInteractionPolicy } from './interaction-policy.ts';
import { toProviderKeys } from './keys.ts';
import { restoreOfflineAccess } from './offline-access.ts';
import type { ProviderPages } from './provider-pages.ts';
import { createStateAdapter } from './state-adapter.ts';

/** How long things are good for. */
export interface OidcLifetimes {
  readonly accessTokenMinutes: number;
  readonly idTokenMinutes: number;
  /** From the login on, however often the token is renewed. */
  readonly refreshTokenDays: number;
  readonly sessionHours: number;
  readonly loginPageMinutes: number;
}

export interface ProviderParts {
  /** Our issuer, without a slash at its end. */
  readonly issuer: string;
  readonly store: ExpiringStore;
  readonly keys: KeySet;
  readonly directory: () => Snapshot | undefined;
  readonly findClient: (id: string) => OidcClient | undefined;
  /** What clients call some claims besides their own names, by claim. */
  readonly claimNames: Readonly<Record<string, readonly string[]>>;
  readonly lifetimes: OidcLifetimes;
  readonly pages: ProviderPages;
}

/** Authentication contexts (OpenID Connect Core 1.0 §2), and the methods they stand for (RFC 8176). */
export const authentications = {
  password: { acr: 'password', amr: ['pwd'] },
  passwordAndCode: { acr: 'password+code', amr: ['pwd', 'otp', 'mfa'] },
} as const;

const codeSeconds = 60;
/** Clocks of clients may differ by so much. */
const clockToleranceSeconds = 15;

/** Everything the library is told: what it offers, what it asks us, and nothing that it would take from its own defaults unsaid. */
export function toProviderSettings(parts: ProviderParts): Configuration {
  const { issuer, store, keys, directory, findClient, lifetimes, pages } = parts;
  const { pathname } = new URL(issuer);
  const { jwks } = toProviderKeys(keys);
  const grantSeconds = lifetimes.refreshTokenDays * 86_400;
  const cookie = { httpOnly: true, sameSite: 'lax' } as const;
  return {
    adapter: createStateAdapter(store, (id) => {
      const client = findClient(id);
      return client && toProviderClient(client);
    }),
    jwks: { keys: [...jwks.keys] },
    findAccount: createAccountLookup({ directory, findClient, userinfoUrl: `${issuer}/me` }),
    loadExistingGrant: createGrantLoader(findClient),
    // A validator of the library's is called for every request, whether it has the parameter or not.
    extraParams: { offline: (context: KoaContextWithOIDC) => restoreOfflineAccess(context, findClient) },
    interactions: {
      policy: createInteractionPolicy(),
      url: (_context, { uid }) => `${pathname}/login/${uid}`,
    },
    cookies: {
      names: { session: 'icewarp_session', interaction: 'icewarp_login', resume: 'icewarp_resume' },
      long: { ...cookie, path: pathname },
      // With the path of its own step, so that two tabs do not disturb one another.
      short: cookie,
      keys: createCookieSigner(keys.cookies),
    },
    scopes: [...Object.keys(scopeClaims), 'offline_access'],
    claims: {
      ...Object.fromEntries(
        Object.entries(scopeClaims).map(([scope, claims]) => [
          scope,
          claims.flatMap((claim) => [claim, ...(parts.claimNames[claim] ?? [])]),
        ]),
      ),
      // How and when somebody signed in is for every client to know.
      openid: [...scopeClaims.openid, 'acr', 'amr', 'auth_time'],
      ...{ iss: null, sid: null },
    },
    // Many clients look for groups in the ID token and nowhere else.
    conformIdTokenClaims: false,
    acrValues: Object.values(authentications).map(({ acr }) => acr),
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientBasedCORS: allowOrigin,
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256', 'EdDSA'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    pkce: { required: (_context, client) => client.clientAuthMethod === 'none' },
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: clockToleranceSeconds,
    expiresWithSession: (_context, { scopes }) => !scopes.has('offline_access'),
    issueRefreshToken: (_context, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && scopes.has('offline_access'),
    rotateRefreshToken: true,
    discovery: {
      claim_types_supported: ['normal', 'distributed'],
      ui_locales_supported: [...pages.languages],
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: pages.showLogout,
        postLogoutSuccessSource: pages.showLoggedOut,
      },
    },
    renderError: pages.showError,
    ttl: {
      AccessToken: lifetimes.accessTokenMinutes * 60,
      ClientCredentials: lifetimes.accessTokenMinutes * 60,
      AuthorizationCode: codeSeconds,
      IdToken: lifetimes.idTokenMinutes * 60,
      Interaction: lifetimes.loginPageMinutes * 60,
      Session: lifetimes.sessionHours * 3_600,
      Grant: grantSeconds,
      // Renewing one does not make it live longer than what it was granted by.
      RefreshToken: (context) => context?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? grantSeconds,
    },
  };
}

/** Whose scripts may read an answer: those of a client's own origins, where the answer holds nothing a secret protects. */
function allowOrigin({ oidc }: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (oidc.route !== 'userinfo' && client.clientAuthMethod !== 'none') return false;
  return (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin && origin !== 'null');
}
