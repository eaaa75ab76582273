import { scryptSync } from 'node:crypto';
import type { Secret } from '../../sidecar/core/secret.ts';
import type { DesiredItem } from '../items.ts';
import type { Config, LoginStep } from '../realm-admin.ts';
import type { BrokeringSettings } from '../settings.ts';

/** The flow that attaches a brokered login to the user of the same mail or name out of LDAP, without a question. */
export const autoLinkFlow = 'icewarp auto-link';

export const autoLinkSteps: readonly LoginStep[] = [
  { authenticator: 'idp-detect-existing-broker-user', requirement: 'REQUIRED' },
  { authenticator: 'idp-auto-link', requirement: 'REQUIRED' },
];

export function toLoginFlow(): DesiredItem {
  const properties = { steps: formatSteps(autoLinkSteps) };
  return { kind: 'login flow', name: autoLinkFlow, properties };
}

export function formatSteps(steps: readonly LoginStep[]): string {
  return steps.map(({ authenticator, requirement }) => `${authenticator} ${requirement}`).join(', ');
}

/** Of an identity provider that we made. */
export const fingerprintProperty = 'config.icewarpSecretFingerprint';

/** Endpoints that Keycloak read from our discovery document and has to keep. */
const discovered = ['authorizationUrl', 'tokenUrl', 'userInfoUrl', 'logoutUrl', 'jwksUrl', 'issuer'];

/**
 * The identity provider. With `links` a login is attached to the federated user; otherwise Keycloak makes a user at the first one.
 * Keycloak masks the secret, so a fingerprint beside it tells whether it is still the right one.
 */
export function toIdentityProvider(
  brokering: BrokeringSettings,
  discovery: Config,
  { links, realmId }: { readonly links: boolean; readonly realmId: string },
): DesiredItem {
  const endpoints = discovered
    .filter((key) => discovery[key] !== undefined)
    .map((key) => [`config.${key}`, discovery[key] ?? ''] as const);
  return {
    kind: 'identity provider',
    name: brokering.alias,
    properties: {
      providerId: 'oidc',
      displayName: 'IceWarp',
      enabled: 'true',
      trustEmail: 'true',
      storeToken: 'false',
      linkOnly: 'false',
      firstBrokerLoginFlowAlias: links ? autoLinkFlow : 'first broker login',
      ...Object.fromEntries(endpoints),
      'config.validateSignature': 'true',
      'config.useJwksUrl': 'true',
      'config.clientId': brokering.clientId,
      [fingerprintProperty]: toFingerprint(brokering.clientSecret, realmId),
      'config.clientAuthMethod': 'client_secret_basic',
      'config.defaultScope': 'openid profile email groups roles archive',
      'config.pkceEnabled': 'true',
      'config.pkceMethod': 'S256',
      'config.syncMode': 'FORCE',
      'config.sendIdTokenOnLogout': 'true',
      'config.backchannelSupported': 'false',
    },
    // Its fingerprint is compared in its place.
    secret: { property: 'config.clientSecret', isSent: false },
  };
}

/** Groups and roles of a brokered user, one mapper each: no mapper of Keycloak copies a list. */
export function toBrokerMappers(
  groups: readonly string[],
  groupsParent: string,
  roles: readonly { readonly name: string; readonly claim: string }[],
): readonly DesiredItem[] {
  return [
    ...groups.map((group) =>
      toMapper(`group ${group}`, 'oidc-advanced-group-idp-mapper', {
        ...claimIs('groups', group),
        // Keycloak 26 divides paths by slashes and escapes those of a name by a tilde.
        group: `/${groupsParent}/${group.replaceAll('/', '~/')}`,
      }),
    ),
    ...roles.map(({ name, claim }) =>
      toMapper(`role ${name}`, 'oidc-advanced-role-idp-mapper', { ...claimIs(claim, name), role: name }),
    ),
  ];
}

function toMapper(name: string, type: string, config: Config): DesiredItem {
  const properties = { type, syncMode: 'INHERIT', ...config };
  return { kind: 'identity provider mapper', name: `icewarp ${name}`, properties };
}

function claimIs(key: string, value: string): Config {
  return { claims: JSON.stringify([{ key, value }]), 'are.claim.values.regex': 'false' };
}

/** Slow on purpose: whoever reads the realm sees it, and the secret may have been chosen by a person. */
function toFingerprint(secret: Secret, realmId: string): string {
  return scryptSync(secret.reveal(), `icewarp-sidecar ${realmId}`, 12).toString('hex');
}
