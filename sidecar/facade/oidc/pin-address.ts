import type { IncomingMessage } from 'node:http';

/**
 * Makes a request look as if it had come to the issuer's own address, whatever its Host header and a proxy say: the library makes the
 * URLs it publishes and redirects to from the request, and those are the administrator's to choose (`http.publicUrl`), not a stranger's.
 */
export function pinAddress(request: IncomingMessage, issuer: string): void {
  const { protocol, host } = new URL(issuer);
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  request.headers['x-forwarded-host'] = host;
}
