import type { Secret } from '../secret.ts';

/** Algorithms that ID tokens are signed with (RFC 7518 §3.1, RFC 8037 §3.1), and the keyed hash of cookies. */
export const keyUses = ['ES256', 'RS256', 'EdDSA', 'cookies'] as const;
export type KeyUse = (typeof keyUses)[number];

/** A key that the OIDC facade signs with, or did, or will. Times are whole seconds. */
export interface SigningKey {
  /** `kid` of the published half; random. */
  readonly id: string;
  readonly use: KeyUse;
  readonly createdAt: Date;
  /** From when on it signs, unless a later one of the same use does; until then it is only published. */
  readonly activeAt: Date;
  /** The private JWK (RFC 7517) as JSON; for cookies 256 random bits, base64url. */
  readonly material: Secret;
}
