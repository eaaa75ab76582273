import type { JWK } from 'oidc-provider';
import type { KeySet } from '../../core/signing-keys/key-set.ts';

/** The key set as oidc-provider takes it: of several keys for an algorithm it signs with the first (RFC 7517 §4). */
export function toProviderKeys(keys: KeySet): {
  readonly jwks: { readonly keys: JWK[] };
  readonly cookieKeys: string[];
} {
  return {
    jwks: {
      keys: keys.signing.map(({ id, use, material }) => ({
        ...(JSON.parse(material.reveal()) as JWK),
        kid: id,
        alg: use,
        use: 'sig',
      })),
    },
    cookieKeys: keys.cookies.map((key) => key.reveal()),
  };
}
