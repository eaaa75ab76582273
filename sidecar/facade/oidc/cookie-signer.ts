import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/** What the cookie library asks of its keys. */
export interface CookieSigner {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** Place of the key that made a signature; -1 = none of them. */
  index(data: string, signature: string): number;
}

/**
 * Signs cookies with HMAC-SHA-256 under the first of some keys and takes signatures of all of them, so that a change of keys logs nobody
 * out. (The library's own signer knows SHA-1.)
 */
export function createCookieSigner(secrets: readonly Secret[]): CookieSigner {
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret.reveal())));
  const digest = (key: KeyObject, data: string) => createHmac('sha256', key).update('cookie\0').update(data).digest();
  const index = (data: string, signature: string) => {
    const given = Buffer.from(signature, 'base64url');
    return keys.findIndex((key) => {
      const right = digest(key, data);
      return given.length === right.length && timingSafeEqual(given, right);
    });
  };
  const [first] = keys;
  if (first === undefined) throw new TypeError('cookies need a key to be signed with');
  return {
    sign: (data) => digest(first, data).toString('base64url'),
    index,
    verify: (data, signature) => index(data, signature) !== -1,
  };
}
