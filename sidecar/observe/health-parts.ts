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

/** What the health page shows of the mapping in force. */
export interface ShownMapping {
  /** Names the content. */
  readonly hash: string;
  readonly since: Date;
  readonly rules: number;
  readonly nextChangeAt: Date | undefined;
  /** The first faults of the files as they are now. */
  readonly faults: readonly string[];
  readonly faultCount: number;
}

/**
 * Degraded while the files are broken (the last good ones are in force), none can be used (`failure` says why), or changes wait
 * for an administrator.
 */
export function toMappingHealth(state: {
  readonly inForce: ShownMapping | undefined;
  readonly failure: string | undefined;
  readonly held: HeldPlan | undefined;
}): PartHealth {
  const { inForce, failure, held } = state;
  if (inForce === undefined) return { status: 'degraded', message: failure ?? 'the mapping files were not read yet' };
  const { hash, since, rules, nextChangeAt, faults, faultCount } = inForce;
  const known = { mapping: hash, since, rules, nextChangeAt: nextChangeAt ?? null, held: held ?? null };
  if (faultCount === 0) return { status: held === undefined ? 'ok' : 'degraded', ...known };
  const message = 'the mapping files are broken: the last good ones stay in force; correct them (`mappings check`)';
  return { status: 'degraded', message, ...known, faultCount, faults };
}

/** The threads that answer LDAP. */
export interface ShownWorkers {
  readonly alive: number;
  readonly wanted: number;
  /** Deaths soon after the start, since a worker last did well. */
  readonly deathsInARow: number;
}

/** Down until the listener has an address and while no worker answers; degraded while some are missing. */
export function toListenerHealth(
  listener: { readonly address: string; readonly port: number; readonly state: ShownWorkers } | undefined,
): PartHealth {
  if (listener === undefined) return { status: 'down', message: 'not listening' };
  const { address, port, state } = listener;
  const { alive, wanted, deathsInARow } = state;
  const shown = { address, port, workers: alive };
  if (alive === wanted) return { status: 'ok', ...shown };
  const message = `${wanted - alive} of ${wanted} LDAP workers died and are being replaced; see the log`;
  return { status: alive === 0 ? 'down' : 'degraded', message, ...shown, deathsInARow };
}
