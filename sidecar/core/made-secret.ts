import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from './secret.ts';

/** A secret that this program made, `id.secret`. Whoever made it up by chance would have to guess 192 bits. */
export interface MadeSecret {
  /** The part before the dot: names the secret and proves nothing. */
  readonly id: string;
  /** Id and secret, to be shown once. */
  readonly text: Secret;
}

const idBytes = 6;
const secretBytes = 24;
const madeForm = /^([0-9a-f]{12})\.[\w-]{32}$/;
/** A key of fewer octets would be weaker than what it guards. */
const leastKeyBytes = 32;
/** Digests of one purpose are worthless for any other. */
const secretPurpose = 'made secret\0';
const checkPurpose = 'key check\0';

/** Makes a secret of 192 random bits. */
export function makeSecret(): MadeSecret {
  const id = randomBytes(idBytes).toString('hex');
  return { id, text: new Secret(`${id}.${randomBytes(secretBytes).toString('base64url')}`) };
}

/** The id in a text that has the form of a made secret; undefined when it has another one. */
export function idOfMadeSecret(text: Secret): string | undefined {
  return madeForm.exec(text.reveal())?.[1];
}

/** What is kept of a made secret: its HMAC-SHA-256, base64url. No slow hash is needed for what nobody can guess. */
export function digestSecret(key: Secret, text: Secret): string {
  return digest(key, secretPurpose, text.reveal()).toString('base64url');
}

/** Whether `given` is the secret that a digest was made of, in a time that does not depend on the digest. */
export function matchesDigest(key: Secret, stored: string, given: Uint8Array): boolean {
  const expected = Buffer.from(stored, 'base64url');
  const actual = digest(key, secretPurpose, given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Tells keys apart without telling anything of them: 64 bits, hexadecimal. */
export function checkOfKey(key: Secret): string {
  return digest(key, checkPurpose, '').toString('hex', 0, 8);
}

/** A fresh key, as it stands in its file: base64url. */
export function makeSecretKey(): Secret {
  return new Secret(randomBytes(leastKeyBytes).toString('base64url'));
}

/** The key in a text; undefined when it is none, or too short to be safe. */
export function parseSecretKey(text: string): Secret | undefined {
  const trimmed = text.trim();
  const isKey = /^[\w-]+$/.test(trimmed) && Buffer.from(trimmed, 'base64url').length >= leastKeyBytes;
  return isKey ? new Secret(trimmed) : undefined;
}

function digest(key: Secret, purpose: string, data: Uint8Array | string): Buffer {
  return createHmac('sha256', Buffer.from(key.reveal(), 'base64url')).update(purpose).update(data).digest();
}
