import { DomainError } from '../core/errors.ts';
import { checkOfKey, digestSecret, makeSecret } from '../core/made-secret.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { Secret } from '../core/secret.ts';

/** What is kept of a secret that was just made, and the secret itself, to be shown once. */
export interface IssuedSecret {
  readonly id: string;
  readonly digest: string;
  readonly keyCheck: string;
  readonly text: Secret;
}

/**
 * Makes a secret. `others` are the key checks of secrets that must stay usable: with another key than theirs it rejects with
 * `invalid_input`, for a fresh key would lock them out without a word. `whose` names them in the message.
 */
export async function issueSecret(
  source: SecretKeySource,
  others: readonly string[],
  whose: string,
): Promise<IssuedSecret> {
  const present = others.length === 0 ? await source.readOrMake() : await source.read();
  const check = present === undefined ? undefined : checkOfKey(present);
  if (present === undefined || check === undefined || !others.every((other) => other === check)) {
    throw new DomainError(
      'invalid_input',
      `the secret key (${source.place}) is not the one that the ${whose} in the database were made with; restore it or correct security.secretFile, or rotate or remove them`,
    );
  }
  const { id, text } = makeSecret();
  return { id, digest: digestSecret(present, text), keyCheck: check, text };
}
