import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/** Ties a form to the sign-in that it was made for, so that no other site can post it (cross-site request forgery). */
export interface FormTokens {
  make(interactionId: string): string;
  isValid(interactionId: string, token: string): boolean;
}

/** Tokens are keyed hashes: nothing is kept, and every process with the keys takes them. */
export function createFormTokens(keys: () => readonly Secret[]): FormTokens {
  const digest = (key: Secret, id: string) => createHmac('sha256', key.reveal()).update('form\0').update(id).digest();
  return {
    make(id) {
      const [first] = keys();
      if (first === undefined) throw new TypeError('forms need a key');
      return digest(first, id).toString('base64url');
    },
    isValid(id, token) {
      const given = Buffer.from(token, 'base64url');
      return keys().some((key) => {
        const right = digest(key, id);
        return given.length === right.length && timingSafeEqual(given, right);
      });
    },
  };
}
