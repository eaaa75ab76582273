import type { SyncEvent } from '../core/ports/notifier.ts';
import type { SyncReport } from './report.ts';

/** Failed runs in a row before anybody is told: one restart of the mail server is no news. */
const failuresToTell = 3;
const rememberedPlans = 100;

/** Decides which events are due: each cause is told once. */
export interface Notices {
  /** The events that this report gives rise to; takes the reports of all runs in their order. */
  observe(report: SyncReport): readonly SyncEvent[];
  /** The same for a report of the mapping alone, which says nothing of how reading the server goes. */
  observeMapping(report: SyncReport): readonly SyncEvent[];
}

export function createNotices(): Notices {
  let failures = 0;
  let failingSince: Date | undefined;
  const toldPlans = new Set<string>();

  const observeFailure = ({ endedAt: at, error, summary }: SyncReport): readonly SyncEvent[] => {
    failures += 1;
    failingSince ??= at;
    if (failures !== failuresToTell) return [];
    return [{ kind: 'sync_failing', failures, error: error?.message ?? summary, since: failingSince, at }];
  };
  const observeRecovery = (at: Date): readonly SyncEvent[] => {
    const after = failures;
    failures = 0;
    failingSince = undefined;
    return after >= failuresToTell ? [{ kind: 'sync_recovered', after, at }] : [];
  };
  const observePlan = ({ outcome, plan, held, change, endedAt: at }: SyncReport): readonly SyncEvent[] => {
    if (outcome !== 'held') {
      // Settled, or gone by itself: should the same happen again, it is another cause.
      toldPlans.clear();
      return [];
    }
    const name = plan ?? '';
    if (toldPlans.has(name)) return [];
    if (toldPlans.size >= rememberedPlans) toldPlans.clear();
    toldPlans.add(name);
    return [{ kind: 'plan_held', plan: name, reasons: held, summary: change ?? 'no change', at }];
  };

  return {
    observe(report) {
      // Another process synchronises: nothing is known of how that ends.
      if (report.lockedBy !== undefined || report.dryRun) return [];
      if (report.outcome === 'failed') return observeFailure(report);
      return [...observeRecovery(report.endedAt), ...observePlan(report)];
    },
    observeMapping: (report) => (report.outcome === 'held' ? observePlan(report) : []),
  };
}
