import type { RequestHandler } from 'express';
import { createNetworkTest } from './network-list.ts';

/** What reverse proxies add about the browser that stands behind them (RFC 7239, and what came before it). */
const proxyHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
] as const;

/**
 * Takes away from requests of everybody else what only a trusted proxy may say: whatever reads those headers later, a library included,
 * sees none that a stranger wrote. `networks` in CIDR notation.
 */
export function createProxyHeaderGuard(networks: readonly string[]): RequestHandler {
  const isTrusted = createNetworkTest(networks);
  return (request, _response, next) => {
    if (!isTrusted(request.socket.remoteAddress ?? '')) for (const name of proxyHeaders) delete request.headers[name];
    next();
  };
}
