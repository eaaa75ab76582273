import type { Secret } from '../secret.ts';
import { currentKey } from './key-plan.ts';
import { keyUses, type SigningKey } from './signing-key.ts';

/** The keys as a provider takes them: those that sign come before those that are published only. */
export interface KeySet {
  /** Another one whenever another key signs or the published keys differ. */
  readonly version: string;
  readonly signing: readonly SigningKey[];
  /** The first one signs, the others are taken too. */
  readonly cookies: readonly Secret[];
}

/** Orders keys for `now`. Throws TypeError when a use has no key that signs. */
export function toKeySet(keys: readonly SigningKey[], now: Date): KeySet {
  const ordered = keyUses.flatMap((use) => {
    const current = currentKey(keys, use, now);
    if (current === undefined) throw new TypeError(`there is no key for ${use}`);
    return [current, ...keys.filter((key) => key.use === use && key !== current)];
  });
  return {
    version: ordered.map(({ id }) => id).join(' '),
    signing: ordered.filter(({ use }) => use !== 'cookies'),
    cookies: ordered.filter(({ use }) => use === 'cookies').map(({ material }) => material),
  };
}
