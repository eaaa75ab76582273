import { interactionPolicy } from 'oidc-provider';

const { Check, base } = interactionPolicy;

/** Reasons of a prompt that nothing but another `acr` can settle. */
export const acrReasons: ReadonlySet<string> = new Set(['essential_acr', 'essential_acrs']);

/** Somebody is signed in whom this client does not admit. */
export const notAdmitted = 'account_not_admitted';

/** When a person is asked for something: the library's own rules, but for two. */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base();
  policy.get('login')?.checks.add(
    new Check(notAdmitted, 'another account has to sign in', 'login_required', ({ oidc }) => {
      return oidc.session?.accountId !== undefined && oidc.account === undefined;
    }),
  );
  // RFC 8252 §8.6: another app can pose as one that has no secret, so that nothing is given to it silently.
  const consent = policy.get('consent');
  consent?.checks.remove('native_client_prompt');
  consent?.checks.add(
    new Check('native_client_prompt', 'an app needs the consent of a person', 'interaction_required', ({ oidc }) => {
      const { client, result } = oidc;
      return client?.applicationType === 'native' && client.clientAuthMethod === 'none' && !result?.consent;
    }),
  );
  return policy;
}
