import { parseAddressPattern } from '../mapping/glob.ts';
import {
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  type OidcClient,
  type OidcClientInput,
  renamableClaims,
  twoFactorChoices,
} from './client.ts';
import { faultOfRedirectUri, faultOfServerUri } from './redirect-uri.ts';

/** What is wrong with one property of a client. */
export interface ClientFault {
  /** As in {@link OidcClient}, with a place in a list: `redirectUris[1]`. */
  readonly property: string;
  readonly fault: string;
}

export type CheckedClient =
  | { readonly client: OidcClient; readonly faults?: undefined }
  | { readonly client?: undefined; readonly faults: readonly ClientFault[] };

const maxItems = 100;
/** Claims with a meaning of their own (OpenID Connect Core 1.0 §2 and §5.1, RFC 7519 §4.1). */
const reservedClaims = new Set(
  'iss sub aud exp nbf iat jti auth_time nonce acr amr azp at_hash c_hash s_hash sid name given_name family_name preferred_username email email_verified phone_number updated_at _claim_names _claim_sources'.split(
    ' ',
  ),
);

/** Checks all properties of a client and gives it, or every fault there is. */
export function checkOidcClient(input: OidcClientInput): CheckedClient {
  const faults: ClientFault[] = [];
  const report = (property: string, fault: string) => void faults.push({ property, fault });
  const { id, name, backchannelLogoutUri, idTokenAlgorithm = 'ES256', twoFactor, claimNames = {} } = input;

  const list = (property: keyof OidcClient, faultOf: (item: unknown) => string | undefined): string[] => {
    const items = input[property] ?? [];
    if (!Array.isArray(items) || items.length > maxItems) {
      report(property, `is no list of at most ${maxItems} texts`);
      return [];
    }
    items.forEach((item, index) => {
      const fault = faultOf(item);
      if (fault !== undefined) report(`${property}[${index}]`, `${show(item)} ${fault}`);
    });
    return [...new Set(items.map(String))];
  };
  const flag = (property: keyof OidcClient): boolean => {
    const value = input[property] ?? false;
    if (typeof value !== 'boolean') report(property, `${show(value)} is neither true nor false`);
    return value === true;
  };

  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(id)) {
    report('id', `${show(id)} is no client id; use letters, digits, dots, hyphens and underscores, at most 100`);
  }
  if (name !== undefined && (typeof name !== 'string' || !/^\P{Cc}{1,100}$/u.test(name))) {
    report('name', `${show(name)} is no name of 1 to 100 characters`);
  }
  if (backchannelLogoutUri !== undefined) {
    const fault = faultOfServerUri(backchannelLogoutUri);
    if (fault !== undefined) report('backchannelLogoutUri', `${show(backchannelLogoutUri)} ${fault}`);
  }
  if (!idTokenAlgorithms.includes(idTokenAlgorithm as IdTokenAlgorithm)) {
    report('idTokenAlgorithm', `${show(idTokenAlgorithm)} is not one of ${idTokenAlgorithms.join(', ')}`);
  }
  if (twoFactor !== undefined && !twoFactorChoices.some((choice) => choice === twoFactor)) {
    report('twoFactor', `${show(twoFactor)} is not one of ${twoFactorChoices.join(', ')}`);
  }
  faults.push(...faultsOfClaimNames(claimNames));
  const isPublic = flag('isPublic');
  const clientCredentials = flag('clientCredentials');
  const redirectUris = list('redirectUris', faultOfRedirectUri);
  if (redirectUris.length === 0 && !clientCredentials) {
    report('redirectUris', 'is empty; name the address that browsers are sent back to, as the application shows it');
  }
  if (isPublic && clientCredentials) {
    report('clientCredentials', 'is for clients that can keep a secret, and isPublic says that this one cannot');
  }
  const client = {
    ...{ id, isPublic, clientCredentials, redirectUris, backchannelLogoutUri, idTokenAlgorithm, twoFactor, claimNames },
    name: name ?? id,
    postLogoutRedirectUris: list('postLogoutRedirectUris', faultOfRedirectUri),
    isFirstParty: flag('isFirstParty'),
    require: input.require === undefined ? ['LogOn'] : list('require', faultOfName),
    groups: list('groups', (item) =>
      typeof item === 'string' && parseAddressPattern(item) !== undefined
        ? undefined
        : 'is no address of a group; write one such as archive-*@example.com',
    ),
  };
  return faults.length > 0 ? { faults } : { client: client as OidcClient };
}

function faultsOfClaimNames(names: unknown): ClientFault[] {
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    return [{ property: 'claimNames', fault: 'is no section of claims and their names' }];
  }
  return Object.entries(names).flatMap(([claim, name]) => {
    const property = `claimNames.${claim.slice(0, 40)}`;
    if (!renamableClaims.some((known) => known === claim)) {
      return [{ property, fault: `is none of ${renamableClaims.join(', ')}` }];
    }
    // Keycloak and others take a dot for a step into an object.
    if (typeof name !== 'string' || !/^[a-z_][a-z0-9_-]{0,60}$/i.test(name)) {
      return [{ property, fault: `${show(name)} is no name of a claim; use letters, digits, _ and -, no dots` }];
    }
    return reservedClaims.has(name) ? [{ property, fault: `"${name}" has a meaning of its own` }] : [];
  });
}

function faultOfName(item: unknown): string | undefined {
  return typeof item === 'string' && /^\S(.{0,200}\S)?$/u.test(item) ? undefined : 'is no privilege or role';
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
