import { compileGlob, parseAddressPattern } from '../../core/mapping/glob.ts';
import type { OidcClient, RenamableClaim } from '../../core/oidc-clients/client.ts';
import type { UserProfile } from '../../directory/user-profile.ts';

/** Claims by the scope that asks for them (OpenID Connect Core 1.0 §5.4). */
export const scopeClaims = {
  openid: ['sub'],
  profile: ['preferred_username', 'name', 'given_name', 'family_name', 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number'],
  groups: ['groups'],
  roles: ['roles'],
  archive: ['privileges', 'archives'],
} as const;

/** More do not go into a token: browsers and proxies carry it in headers. */
const maxGroups = 200;
const elsewhere = 'userinfo';

export interface ClaimContext {
  readonly client: OidcClient;
  /** Whether the address is one of IceWarp's, and not typed by an administrator of ours. */
  readonly isEmailVerified: boolean;
  readonly use: 'id_token' | 'userinfo';
  /** Where a client finds what is too long for a token. */
  readonly userinfoUrl: string;
}

/**
 * All that a client could be told about a user; what the scopes do not ask for the library leaves out. A token with more than 200 groups
 * names the place where they are instead (OpenID Connect Core 1.0 §5.6.2).
 */
export function toClaims(user: UserProfile, context: ClaimContext): Readonly<Record<string, unknown>> {
  const { client } = context;
  const groups = filterGroups(user.groups, client.groups);
  const isTooLong = context.use === 'id_token' && groups.length > maxGroups;
  const isArchive = (privilege: string) => privilege.includes(':');
  const lists: Readonly<Record<RenamableClaim, readonly string[] | undefined>> = {
    groups: isTooLong ? undefined : groups,
    roles: user.roles,
    privileges: user.privileges.filter((privilege) => !isArchive(privilege)),
    archives: user.privileges.filter(isArchive),
  };
  const nameOf = (claim: RenamableClaim) => client.claimNames[claim] ?? claim;
  const claims = {
    preferred_username: user.login,
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    email: user.email,
    email_verified: user.email === undefined ? undefined : context.isEmailVerified,
    phone_number: user.phone,
    updated_at: user.updatedAt === undefined ? undefined : Math.floor(user.updatedAt.getTime() / 1000),
    ...Object.fromEntries(Object.entries(lists).map(([claim, list]) => [nameOf(claim as RenamableClaim), list])),
    ...(isTooLong
      ? {
          _claim_names: { [nameOf('groups')]: elsewhere },
          _claim_sources: { [elsewhere]: { endpoint: context.userinfoUrl } },
        }
      : {}),
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && value !== ''));
}

/** The names that some clients give to claims, by the claim. */
export function collectClaimNames(clients: Iterable<OidcClient>): Readonly<Record<string, readonly string[]>> {
  const names: Record<string, Set<string>> = {};
  for (const { claimNames } of clients) {
    for (const [claim, name] of Object.entries(claimNames)) {
      names[claim] ??= new Set();
      names[claim].add(name);
    }
  }
  return Object.fromEntries(Object.entries(names).map(([claim, found]) => [claim, [...found].sort()]));
}

function filterGroups(groups: readonly string[], patterns: readonly string[]): readonly string[] {
  if (patterns.length === 0) return groups;
  const tests = patterns
    .map(parseAddressPattern)
    .filter((pattern) => pattern !== undefined)
    .map(compileGlob);
  return groups.filter((group) => tests.some((matches) => matches(group)));
}
