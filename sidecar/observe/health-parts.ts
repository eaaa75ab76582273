import type { PartHealth } from './health.ts';
import type { PublishedDirectory } from './metrics.ts';

/** Down until a directory was ever committed; the age alone is no fault, for a run that changes nothing publishes nothing. */
export function toDirectoryHealth(directory: PublishedDirectory | undefined, now: Date): PartHealth {
  if (directory === undefined || directory.generation === 0)
    return { status: 'down', message: 'nothing was synchronised yet' };
  const { generation, users, groups, publishedAt } = directory;
  const ageSeconds = Math.max(0, Math.round((now.getTime() - publishedAt.getTime()) / 1000));
  return { status: 'ok', generation, users, groups, publishedAt, ageSeconds };
}

/** A plan that waits for an administrator. */
export interface HeldPlan {
  /** Names the plan for `sync --confirm`; null when it has no name. */
  readonly plan: string | null;
  readonly reasons: readonly string[];
  /** The command that commits it. */
  readonly confirmWith: string | null;
}

/** Degraded while the last run failed (`lastError` is what it said) or its plan is held. */
export function toSyncHealth(state: {
  readonly lastRun: Date | undefined;
  readonly nextRun: Date | undefined;
  readonly lastError: string | undefined;
  readonly held: HeldPlan | undefined;
}): PartHealth {
  const { lastRun, nextRun, lastError, held } = state;
  return {
    status: lastError === undefined && held === undefined ? 'ok' : 'degraded',
    lastRun: lastRun ?? null,
    nextRun: nextRun ?? null,
    lastError: lastError ?? null,
    held: held ?? null,
  };
}

/** Down until the listener has an address. */
export function toListenerHealth(
  listener: { readonly address: string; readonly port: number } | undefined,
): PartHealth {
  if (listener === undefined) return { status: 'down', message: 'not listening' };
  return { status: 'ok', address: listener.address, port: listener.port };
}
