import assert from 'node:assert/strict';

/** A public client that people log in to in tests. */
export const probeClient = 'probe';

export interface ProbeTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What the token endpoint made of a login or of a refresh: tokens, or its error. */
export type TokenAnswer =
  | ({ readonly kind: 'tokens' } & ProbeTokens)
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly description: string };

/** Asks the token endpoint of a realm with the client {@link probeClient}. */
export async function askForTokens(realmUrl: string, fields: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const body = new URLSearchParams({ client_id: probeClient, scope: 'openid', ...fields });
  const answer = await fetch(`${realmUrl}/protocol/openid-connect/token`, { method: 'POST', body });
  const reply = (await answer.json()) as Readonly<Record<string, string | undefined>>;
  const { access_token: accessToken, refresh_token: refreshToken } = reply;
  if (accessToken !== undefined && refreshToken !== undefined) return { kind: 'tokens', accessToken, refreshToken };
  const { error = '', error_description: description = '' } = reply;
  return { kind: 'refused', status: answer.status, error, description };
}

/** The realm roles that an access token carries, without Keycloak's own. */
export function readRoles({ accessToken }: ProbeTokens): readonly string[] {
  const { realm_access: access } = readClaims(accessToken) as { realm_access?: { roles: readonly string[] } };
  const roles = access?.roles ?? [];
  return roles.filter((role) => !/^(default-roles-|offline_access$|uma_authorization$)/.test(role)).sort();
}

/** What a token says, unchecked: it came from Keycloak itself. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

/** The tokens, or a failed test. */
export function requireTokens(answer: TokenAnswer): ProbeTokens {
  if (answer.kind === 'refused') assert.fail(`refused: ${answer.status} ${answer.error} ${answer.description}`);
  return answer;
}
