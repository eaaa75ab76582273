import type { User } from '../model.ts';
import type { PlanCounts, SyncPolicy } from './plan.ts';

/** Below this many users a share in percent says nothing. */
const fewUsers = 3;

/**
 * Why a plan has to wait for an administrator: it disables or removes more users than the policy lets pass unseen. The share
 * is taken of those who are there, not of those already missing.
 */
export function findReasonsToHold(
  counts: Pick<PlanCounts, 'disabled' | 'removed'>,
  before: Iterable<User>,
  policy: SyncPolicy,
): readonly string[] {
  const affected = counts.disabled + counts.removed;
  let present = 0;
  for (const user of before) if (user.state !== 'missing') present += 1;
  const what = `${counts.disabled} users would be disabled and ${counts.removed} removed`;
  if (affected > policy.limitUsers) return [`${what}: more than ${policy.limitUsers} (sync.limitUsers)`];
  if (affected >= fewUsers && affected * 100 > policy.limitPercent * present) {
    return [`${what}: more than ${policy.limitPercent} % of ${present} (sync.limitPercent)`];
  }
  return [];
}
