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

/** Degraded while the last run failed or was held; `lastError` is what it said. */
export function toSyncHealth(state: {
  readonly lastRun: Date | undefined;
  readonly nextRun: Date | undefined;
  readonly lastError: string | undefined;
}): PartHealth {
  const { lastRun, nextRun, lastError } = state;
  return {
    status: lastError === undefined ? 'ok' : 'degraded',
    lastRun: lastRun ?? null,
    nextRun: nextRun ?? null,
    lastError: lastError ?? null,
  };
}

/** Down until the listener has an address. */
export function toListenerHealth(
  listener: { readonly address: string; readonly port: number } | undefined,
): PartHealth {
  if (listener === undefined) return { status: 'down', message: 'not listening' };
  return { status: 'ok', address: listener.address, port: listener.port };
}
