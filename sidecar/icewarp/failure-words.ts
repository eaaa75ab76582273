import { CallTimeout } from './call-deadline.ts';

const trustRemedy = 'set icewarp.caFile to the certificate that signed it, or icewarp.acceptAnyCertificate';

/** Words for the codes of Node (system, TLS) and undici: what happened, and what to do about it. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; is the server running, and the port right?',
  ECONNRESET: 'the server dropped the connection',
  EPIPE: 'the server dropped the connection',
  UND_ERR_SOCKET: 'the server dropped the connection',
  UND_ERR_ABORTED: 'the server dropped the connection',
  ENOTFOUND: 'the name of the server is not known to DNS',
  EAI_AGAIN: 'DNS does not answer for the name of the server',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the network of the server cannot be reached',
  ETIMEDOUT: 'no connection in time; does a firewall stand between?',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time; does a firewall stand between?',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the reply is larger than any reply may be',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the reply are larger than any may be',
  UND_ERR_DESTROYED: 'the connection was closed by us',
  UND_ERR_CLOSED: 'the connection was closed by us',
  EPROTO: 'no TLS spoken there; is the port right, or does the URL need http:// instead of https://?',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'no TLS spoken there; is the port right, or does the URL need http:// instead of https://?',
  DEPTH_ZERO_SELF_SIGNED_CERT: `the certificate is self-signed; ${trustRemedy}`,
  SELF_SIGNED_CERT_IN_CHAIN: `the certificate is signed by an unknown authority; ${trustRemedy}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `the certificate is signed by an unknown authority; ${trustRemedy}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `the certificate is signed by an unknown authority; ${trustRemedy}`,
  UNABLE_TO_GET_ISSUER_CERT: `the certificate is signed by an unknown authority; ${trustRemedy}`,
  CERT_HAS_EXPIRED: 'the certificate has expired; renew it on the server',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet; is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name; use the name it was issued for in icewarp.url',
};

/** Codes of TLS: Node checks the certificate before a byte of the request leaves. */
const certificateCode = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_SSL_WRONG_VERSION_NUMBER$)/;

/** Whether a call failed while its connection was being made, so that nothing of the request can have been sent. */
export function isConnectFailure(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isConnectFailure);
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return code !== undefined && certificateCode.test(code);
}

/** One line for anything that a call over HTTP was ended by. Holds nothing of the request. */
export function describeFailure(error: unknown): string {
  if (error instanceof CallTimeout) return `time-out: ${error.message}`;
  // Node tries every address of a name and reports all failures together.
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'unknown failure';
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  if (first.name === 'HTTPParserError')
    return `the reply is no HTTP (${first.message.slice(0, 100)}); is the port right?`;
  const known = Object.hasOwn(words, code);
  return known ? explainCode(code) : `${first.message.slice(0, 200)}${code === '' ? '' : ` (${code})`}`;
}

/** Words for one code of Node or undici; the code alone when it has none. */
export function explainCode(code: string): string {
  return Object.hasOwn(words, code) ? `${words[code]} (${code})` : code.slice(0, 100);
}
