import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '../core/secret.ts';

/** Hides names in the store: a hash to find them by, a sealed form that gives them back, both under a key that is not in the store. */
export interface KeySeal {
  hash(kind: string, key: string): string;
  seal(kind: string, key: string): string;
  /** Undefined when it was sealed under another key, as another kind, or was altered. */
  open(kind: string, sealed: string): string | undefined;
}

const nonceBytes = 12;
const tagBytes = 16;
/** Sealed texts are as long as the next multiple of this: the length of a password is nobody's business. */
const blockBytes = 128;

/** AES-256-GCM and HMAC-SHA-256 under keys made from `secret`, which has at least 128 bits of its own. */
export function createKeySeal(secret: Secret): KeySeal {
  const derive = (label: string) => createHmac('sha256', secret.reveal()).update(label).digest();
  const hashKey = derive('failure counters: hash');
  const sealKey = derive('failure counters: seal');
  return {
    hash: (kind, key) => createHmac('sha256', hashKey).update(`${kind}\0`).update(key, 'utf16le').digest('base64url'),
    seal(kind, key) {
      // UTF-16 keeps unpaired surrogates, which UTF-8 would make one of.
      const text = Buffer.from(key, 'utf16le');
      const padded = Buffer.alloc(Math.ceil((text.length + 4) / blockBytes) * blockBytes);
      padded.writeUInt32BE(text.length);
      text.copy(padded, 4);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(kind));
      const body = Buffer.concat([cipher.update(padded), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(kind, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < nonceBytes + tagBytes + blockBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(kind))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const padded = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
        return padded.toString('utf16le', 4, 4 + padded.readUInt32BE());
      } catch {
        return undefined;
      }
    },
  };
}
