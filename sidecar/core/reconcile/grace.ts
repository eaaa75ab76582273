import type { SyncPolicy } from './plan.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Whether the days are over that a user who is gone since `since` may come back in, or may turn out to be renamed. */
export function isGraceOver(policy: Pick<SyncPolicy, 'graceDays'>, since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() >= policy.graceDays * dayMs;
}
