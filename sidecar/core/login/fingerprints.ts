import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/** What the memories keep instead of names and passwords: the first words of an HMAC. */
export type Fingerprint = Uint32Array;

/** HMAC-SHA-256 of a kind and its parts under a random key of this process. */
export type Fingerprinter = (
  kind: 'account' | 'address' | 'pair' | 'state',
  ...parts: readonly string[]
) => Fingerprint;

/** 96 bits: a chance match among a million entries is beyond reach, and nobody can aim at one without the key. */
export const fingerprintWords = 3;

export function createFingerprinter(): Fingerprinter {
  // Octets as the key would be made a key object by every call: that takes four times as long as the digest.
  const key = createSecretKey(randomBytes(32));
  return (kind, ...parts) => {
    const hmac = createHmac('sha256', key).update(kind);
    // Lengths keep parts apart; UTF-16 keeps apart what UTF-8 would replace (unpaired surrogates).
    for (const part of parts) hmac.update(`:${part.length}:`).update(part, 'utf16le');
    const digest = hmac.digest();
    return Uint32Array.from({ length: fingerprintWords }, (_, word) => digest.readUInt32LE(word * 4));
  };
}
