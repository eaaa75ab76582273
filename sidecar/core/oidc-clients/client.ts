/** Algorithms an ID token can be signed with. */
export const idTokenAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const;
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number];

export const twoFactorChoices = ['accept', 'reject', 'code'] as const;

/** Claims whose names a client may choose. */
export const renamableClaims = ['groups', 'roles', 'privileges', 'archives'] as const;
export type RenamableClaim = (typeof renamableClaims)[number];

/** An application that logs users in through OpenID Connect, without its secret. */
export interface OidcClient {
  /** `client_id`. */
  readonly id: string;
  /** Shown on the consent page. */
  readonly name: string;
  /** Exact, but for the port of a loopback address (RFC 8252 §7.3). */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri: string | undefined;
  /** It can keep no secret (RFC 6749 §2.1) and must use PKCE. */
  readonly isPublic: boolean;
  /** One of the company's own: nobody is asked for consent. */
  readonly isFirstParty: boolean;
  /** It may get tokens for itself, without a user (RFC 6749 §4.4). */
  readonly clientCredentials: boolean;
  /** Privileges or roles a user must have to log in here. */
  readonly require: readonly string[];
  /** Patterns of the groups that its tokens name; empty = all. */
  readonly groups: readonly string[];
  readonly claimNames: Readonly<Partial<Record<RenamableClaim, string>>>;
  readonly idTokenAlgorithm: IdTokenAlgorithm;
  /** What an account with a second factor gets; as `login.twoFactor.oidc` when undefined. */
  readonly twoFactor: (typeof twoFactorChoices)[number] | undefined;
}

/** An {@link OidcClient} as somebody wrote it: nothing is checked yet. */
export type OidcClientInput = { readonly [Key in keyof OidcClient]?: unknown };
