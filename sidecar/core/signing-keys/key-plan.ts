import { type KeyUse, keyUses, type SigningKey } from './signing-key.ts';

export interface KeyPolicy {
  /** How long a key signs; 0 = until it is rotated by hand. */
  readonly rotateAfterMs: number;
  /** How long a key is published before it signs: relying parties keep the key set for a while. */
  readonly publishAheadMs: number;
  /** How long a key is published after another took its place: what it signed may be looked at that long. */
  readonly keepMs: number;
}

export interface KeyPlan {
  readonly make: readonly { readonly use: KeyUse; readonly activeAt: Date }[];
  /** Ids of keys that nothing can need any more. */
  readonly remove: readonly string[];
}

/** Which of a use's keys signs at `now`: the one that began last. Undefined when there is none yet. */
export function currentKey(keys: readonly SigningKey[], use: KeyUse, now: Date): SigningKey | undefined {
  return keysOf(keys, use).findLast(({ activeAt }) => activeAt <= now);
}

/** What is to be done by now so that there is a key for every use, its successor is published in time, and old ones go. */
export function planKeys(keys: readonly SigningKey[], now: Date, policy: KeyPolicy): KeyPlan {
  const make = keyUses.flatMap((use) => {
    const activeAt = nextStart(keysOf(keys, use), now, policy);
    return activeAt === undefined ? [] : [{ use, activeAt }];
  });
  const remove = keys.filter((key) => {
    const successor = keysOf(keys, key.use).find(({ activeAt }) => activeAt > key.activeAt);
    return successor !== undefined && successor.activeAt.getTime() + policy.keepMs <= now.getTime();
  });
  return { make, remove: remove.map(({ id }) => id) };
}

/** When a new key is to begin; undefined = none is wanted yet. */
function nextStart(ofUse: readonly SigningKey[], now: Date, policy: KeyPolicy): Date | undefined {
  const newest = ofUse.at(-1);
  if (newest === undefined) return now;
  if (policy.rotateAfterMs === 0 || newest.activeAt > now) return undefined;
  const due = newest.activeAt.getTime() + policy.rotateAfterMs;
  const earliest = now.getTime() + policy.publishAheadMs;
  return due <= earliest ? new Date(earliest) : undefined;
}

/** By the time they begin. */
function keysOf(keys: readonly SigningKey[], use: KeyUse): SigningKey[] {
  return keys.filter((key) => key.use === use).sort((a, b) => a.activeAt.getTime() - b.activeAt.getTime());
}

const dayMs = 86_400_000;
/** Relying parties ask for the key set anew once an hour at least, most of them when they meet an unknown `kid`. */
const publishAheadMs = 3_600_000;
/** Longer than any ID token or cookie is good for without being renewed. */
const keepMs = 14 * dayMs;

/** The policy of this product with keys that sign for `rotateDays`. */
export function toKeyPolicy(rotateDays: number): KeyPolicy {
  return { rotateAfterMs: rotateDays * dayMs, publishAheadMs, keepMs };
}
