import { NetworkError } from '@keycloak/keycloak-admin-client';
import { DomainError, messageOf } from '../sidecar/core/errors.ts';

const trustRemedy = 'set keycloak.caFile to the certificate that signed it';
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; is Keycloak running, and the port right?',
  ECONNRESET: 'the connection was dropped; is the port one of HTTP, and does the URL need https://?',
  UND_ERR_SOCKET: 'the connection was dropped; is the port one of HTTP, and does the URL need https://?',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer for its name',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'no connection in time; does a firewall stand between?',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time; does a firewall stand between?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS spoken there; does the URL need http://?',
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${trustRemedy}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate is signed by an unknown authority; ${trustRemedy}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate is signed by an unknown authority; ${trustRemedy}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate is signed by an unknown authority; ${trustRemedy}`,
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; use that name in keycloak.url',
};

/** Runs one call to Keycloak; `what` names it for messages, such as `read the roles`. Rejects as {@link RealmAdmin} says. */
export async function callKeycloak<T>(url: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDomainError(url, what, error);
  }
}

/** The HTTP status that a call was answered with; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof NetworkError ? error.response.status : undefined;
}

/** Keycloak's own words about a refused call. */
export function reasonOf(error: NetworkError): string {
  const { responseData: data } = error;
  if (typeof data === 'string') return data.replaceAll(/\s+/g, ' ').slice(0, 200);
  if (typeof data !== 'object' || data === null) return '';
  const { errorMessage, error_description: description, error: code } = data as Record<string, unknown>;
  const text = [errorMessage, description, code].find((each) => typeof each === 'string' && each !== '');
  return typeof text === 'string' ? text.slice(0, 300) : '';
}

function toDomainError(url: string, what: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const start = `Keycloak at ${url} could not ${what}`;
  if (error instanceof NetworkError) {
    const { status } = error.response;
    const reason = reasonOf(error);
    const said = `${start}: ${reason || 'no reason given'} (HTTP ${status})`;
    const options = { cause: error };
    if (status === 401) return new DomainError('invalid_credentials', `${said}; check the login`, options);
    if (status === 403)
      return new DomainError(
        'forbidden',
        `${said}; our client lacks a role of realm-management for it; run keycloak bootstrap`,
        options,
      );
    if (status === 404) return new DomainError('not_found', said, options);
    if (status === 409) return new DomainError('conflict', said, options);
    if (status < 500) return new DomainError('invalid_input', said, options);
    return new DomainError('upstream_unavailable', `${said}; its log tells more`, options);
  }
  return new DomainError('upstream_unavailable', `${start}: ${describe(error)}`, { cause: error });
}

function describe(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const code = (first as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (Object.hasOwn(words, code)) return `${words[code]} (${code})`;
  const text = messageOf(first).slice(0, 200);
  if (text.includes('redirect')) return 'it sends us to another address; write that one in keycloak.url';
  return error instanceof SyntaxError ? 'the answer is no JSON; is this the address of Keycloak?' : text;
}
