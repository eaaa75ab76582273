import { createHmac } from 'node:crypto';
import type { Secret } from '../core/secret.ts';

/**
 * The headers by which a receiver knows who sent a body and when: HMAC-SHA-256 (RFC 2104) over the timestamp, a dot and the body as
 * sent. The timestamp, in seconds since 1970, is part of it, so that an old message cannot be played again.
 */
export function signBody(secret: Secret, body: string, at: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const digest = createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-sidecar-timestamp': timestamp, 'x-sidecar-signature': `sha256=${digest}` };
}
