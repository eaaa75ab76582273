import { parseAddress } from '../core/names.ts';
import type { Plan } from '../core/reconcile/plan.ts';
import type { SourceReading } from './read-source.ts';

/** The addresses, sorted, of the accounts that were seen and are not served: by the filter, as guests, or for a fault of their own. */
export function listLeftOut(reading: SourceReading, plan: Plan, sourceId: string): readonly string[] {
  const served = new Set<string>();
  for (const user of plan.next.users.values()) {
    if (user.sourceId === sourceId && user.state !== 'missing') served.add(user.login);
  }
  const seen = reading.users.filter(({ address }) => !served.has(parseAddress(address) ?? ''));
  return [...seen.map(({ address }) => address), ...reading.unread].sort();
}
