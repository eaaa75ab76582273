const remedies: Readonly<Record<string, string>> = {
  ConnectionFailed:
    'nobody answers there; is `serve` running, does ldap.host listen on that address, and does no firewall stand between?',
  SocketReset:
    'nobody answers there, or not in LDAP; is `serve` running, is the port right, and ldap:// or ldaps:// as the port wants it?',
  CommunicationError: 'what answers there is no LDAP of that kind; does the port want ldap:// or ldaps://?',
  UnknownHost: 'the host is not known to DNS where Keycloak runs; correct keycloak.federation.connectionUrl',
  SSLHandshakeFailed:
    'Keycloak does not trust the certificate or it is for another name; give Keycloak the authority (--truststore-paths) or correct the name',
  InvalidBindDN: 'the bind DN is not understood; correct keycloak.federation.bindAccount',
  ServiceUnavailable: 'the LDAP service is not available; look into the log of `serve`',
  AuthenticationFailure: 'the service account is refused; look into the log of `serve`',
  AuthenticationNotSupported: 'a login without TLS is refused over a network; use ldaps:// or startTls',
  ConfidentialityRequired: 'a login without TLS is refused over a network; use ldaps:// or startTls',
};

const startTlsRemedy =
  'StartTLS is refused, or Keycloak does not trust the certificate; does `serve` have one, and Keycloak its authority (--truststore-paths)?';

/** What an answer of Keycloak about our LDAP service means, and what to do about it. */
export function explainTrial(
  code: string,
  { connectionUrl, startTls }: { readonly connectionUrl: string; readonly startTls: boolean },
): string {
  const usual = Object.hasOwn(remedies, code) ? remedies[code] : 'its log tells more';
  // Keycloak says so of a TLS that fails, too, before any login.
  const remedy = startTls && code === 'AuthenticationFailure' ? startTlsRemedy : usual;
  return `Keycloak cannot use ${connectionUrl}: ${remedy} (${code})`;
}
