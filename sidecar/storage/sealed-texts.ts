import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Secret } from '../core/secret.ts';

/** Hides texts in the store under a key that is not in the store. */
export interface TextSeal {
  /** To find a text by; 43 characters. */
  hash(kind: string, text: string): string;
  /** `context` must be given again to open it: a sealed text moved to another row opens nowhere. */
  seal(context: string, text: string): string;
  /** Undefined when it was sealed under another key, in another context, or was altered. */
  open(context: string, sealed: string): string | undefined;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM and HMAC-SHA-256 under keys made from `secret`, which has at least 128 bits of its own, for one `purpose`. */
export function createTextSeal(secret: Secret, purpose: string): TextSeal {
  // A key object: from octets Node makes one at each use, which takes five times as long as the HMAC itself.
  const derive = (label: string) =>
    createSecretKey(createHmac('sha256', secret.reveal()).update(`${purpose}: ${label}`).digest());
  const hashKey = derive('hash');
  const sealKey = derive('seal');
  return {
    hash: (kind, text) => createHmac('sha256', hashKey).update(`${kind}\0${text}`).digest('base64url'),
    seal(context, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([body, cipher.getAuthTag()]).toString('base64url');
    },
    open(context, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(bytes.length - tagBytes));
      try {
        const text = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
