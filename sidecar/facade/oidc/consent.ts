import { errors } from 'oidc-provider';
import type { OpenInteraction } from './interaction.ts';
import { renderConsentPage } from './pages/consent.ts';
import type { OidcProvider } from './provider.ts';

/** Shows what a client asks for. */
export function showConsent(open: OpenInteraction): void {
  const { interaction, client, view } = open;
  const scopes = String(interaction.params.scope ?? '').split(' ');
  open.show(renderConsentPage(view, { ...open.form(''), client: client.name, scopes }));
}

/** Grants a client what it asked for, and nothing else: the form says yes or no. */
export async function takeConsent(open: OpenInteraction, provider: OidcProvider): Promise<void> {
  const { interaction } = open;
  const { details } = interaction.prompt;
  const library = provider.current();
  const accountId = interaction.session?.accountId;
  if (accountId === undefined) throw new errors.SessionNotFound('nobody is signed in');
  const known = interaction.grantId === undefined ? undefined : await library.Grant.find(interaction.grantId);
  const grant = known ?? new library.Grant({ accountId, clientId: open.client.id });
  const scopes = toNames(details.missingOIDCScope);
  const claims = toNames(details.missingOIDCClaims);
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims(claims);
  await open.finish({ consent: { grantId: await grant.save() } });
}

function toNames(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
