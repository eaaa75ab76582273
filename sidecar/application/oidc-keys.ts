import { currentKey } from '../core/signing-keys/key-plan.ts';
import { makeSigningKey } from '../core/signing-keys/make-key.ts';
import { type KeyUse, keyUses, type SigningKey } from '../core/signing-keys/signing-key.ts';
import { renewSigningKeys, type SigningKeyPorts } from './signing-keys-watch.ts';

/** A key as a person may see it: nothing of the key itself. */
export interface SigningKeyLine {
  readonly id: string;
  readonly use: KeyUse;
  /** `next` is published and does not sign yet; `retired` does not sign any more. */
  readonly status: 'signing' | 'next' | 'retired';
  readonly createdAt: Date;
  readonly activeAt: Date;
}

/** The keys by use, the newest first. Rejects as the store does. */
export async function listSigningKeys({ keys, clock }: SigningKeyPorts): Promise<SigningKeyLine[]> {
  return toLines(await keys.list(), clock.now());
}

/**
 * Makes a new key for every use. With `publishAhead` it signs only after the time that relying parties may keep the old set for;
 * without, at once, as after a theft: then the old keys are gone too, and whatever they signed is worth nothing. Rejects as the store does.
 */
export async function rotateSigningKeys(
  ports: SigningKeyPorts,
  { publishAhead }: { readonly publishAhead: boolean },
): Promise<SigningKeyLine[]> {
  await renewSigningKeys(ports, await ports.keys.list());
  const now = new Date(Math.floor(ports.clock.now().getTime() / 1000) * 1000);
  const activeAt = publishAhead ? new Date(now.getTime() + ports.policy.publishAheadMs) : now;
  const made = await Promise.all(keyUses.map((use) => makeSigningKey(use, now, activeAt)));
  const after = await ports.keys.change((there) => {
    const isSuperseded = (key: SigningKey) => !publishAhead || key.activeAt > now;
    return { add: made, remove: there.filter(isSuperseded).map(({ id }) => id) };
  });
  return toLines(after, ports.clock.now());
}

/** Removes all keys, also those that no process can open any more; the next start, or the running service, makes new ones. */
export async function resetSigningKeys({ keys }: SigningKeyPorts): Promise<void> {
  await keys.clear();
}

function toLines(keys: readonly SigningKey[], now: Date): SigningKeyLine[] {
  const rank = ({ use, activeAt }: SigningKey) => [keyUses.indexOf(use), -activeAt.getTime()] as const;
  const byRank = (a: SigningKey, b: SigningKey) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1];
  return [...keys].sort(byRank).map((key) => {
    const { id, use, createdAt, activeAt } = key;
    const status = activeAt > now ? 'next' : currentKey(keys, use, now) === key ? 'signing' : 'retired';
    return { id, use, status, createdAt, activeAt };
  });
}
