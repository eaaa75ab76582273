import { generateKeyPair, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { Secret } from '../secret.ts';
import type { KeyUse, SigningKey } from './signing-key.ts';

const rsaBits = 2048;
const cookieKeyBytes = 32;

/** Makes a fresh key; RSA takes up to a second of another thread. */
export async function makeSigningKey(use: KeyUse, createdAt: Date, activeAt: Date): Promise<SigningKey> {
  return { id: randomUUID(), use, createdAt, activeAt, material: new Secret(await makeMaterial(use)) };
}

async function makeMaterial(use: KeyUse): Promise<string> {
  if (use === 'cookies') return randomBytes(cookieKeyBytes).toString('base64url');
  return JSON.stringify((await makePrivateKey(use)).export({ format: 'jwk' }));
}

function makePrivateKey(use: Exclude<KeyUse, 'cookies'>): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject) =>
      error === null ? resolve(privateKey) : reject(error);
    switch (use) {
      case 'ES256':
        return generateKeyPair('ec', { namedCurve: 'P-256' }, done);
      case 'RS256':
        return generateKeyPair('rsa', { modulusLength: rsaBits }, done);
      case 'EdDSA':
        return generateKeyPair('ed25519', {}, done);
    }
  });
}
