import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/model.ts';
import { reconcile } from '../core/reconcile.ts';
import type { AccountStep } from './account-step.ts';
import { toAccountSteps } from './account-steps.ts';
import { toConfirmCommand } from './confirm-command.ts';
import { createCurrentDirectory } from './current-directory.ts';
import { listLeftOut } from './left-out.ts';
import { readSource } from './read-source.ts';
import { countReading, type Planned } from './report.ts';
import { restrictPlan, toOneAccountPolicy } from './restrict-plan.ts';
import type { SyncOptions, SyncPorts } from './run-terms.ts';

/** What a run would do, and the stored directory that it was planned against. */
export interface PlannedRun extends Planned {
  readonly current: Directory;
}

/** Reads and plans. Rejects as `readSource` and `reconcile` do. */
export async function makePlan(ports: SyncPorts, options: SyncOptions): Promise<PlannedRun> {
  const { source, store, clock } = ports;
  const { signal, only, confirmed, filter } = options;
  const { sourceId } = source;
  // One that cannot be used refuses the run before anything is read.
  await ports.mapping();
  const parkedBefore = await ports.parked.list(sourceId);
  const directory = createCurrentDirectory(store);
  const reading = await readSource(source, {
    ...options,
    signal,
    parked: parkedBefore,
    stored: directory.early,
    countLeftOut: options.dryRun && only === undefined,
    onProgress: ports.progress,
    now: clock.now(),
  });
  signal?.throwIfAborted();
  ports.progress({ phase: 'planning', done: 0, total: 0 });
  // The reading may take minutes: the shorter the time from here to the commit, the rarer a conflict.
  const current = await directory.latest();
  if (only !== undefined && current.generation === 0) {
    throw new DomainError('invalid_input', 'nothing was ever synchronised: run `sync` for all accounts first');
  }
  const whole = reconcile({
    current,
    reading,
    // What was edited meanwhile counts already.
    mapping: await ports.mapping(),
    sourceId,
    policy: only === undefined ? options.policy : toOneAccountPolicy(options.policy),
    filter,
    includeGuests: options.includeGuests,
    confirmed,
    now: clock.now(),
    newId: ports.newId,
  });
  const one = only === undefined ? undefined : restrictPlan(whole, current, sourceId, only);
  const plan = one?.plan ?? whole;
  let steps: readonly AccountStep[] = [];
  if (only !== undefined && one !== undefined) {
    const nameGroup = (id: string) => whole.next.groups.get(id)?.name ?? current.groups.get(id)?.name ?? id;
    steps = toAccountSteps({ address: only, reading, filter, before: one.before, after: one.after, nameGroup });
  }
  const lines = plan.lines.slice(0, options.maxLines);
  // Without the reading itself and what nobody will look at: both are as large as the company, and a commit needs the memory.
  return {
    current,
    read: countReading(reading, plan),
    parked: reading.parked,
    warnings: [...reading.warnings, ...plan.warnings],
    plan: { ...plan, lines },
    omittedLines: plan.lines.length - lines.length,
    held: explainHold(plan, confirmed.risk),
    confirmWith: plan.riskHash === undefined ? undefined : toConfirmCommand(plan.riskHash, confirmed.renames, only),
    leftOut: options.listLeftOut ? listLeftOut(reading, whole, sourceId) : [],
    steps,
  };
}

function explainHold({ held, riskHash }: Planned['plan'], confirmed: string | undefined): readonly string[] {
  if (held.length === 0 || confirmed === undefined) return held;
  return [...held, `the risky changes are not those of plan ${confirmed} any more, but of ${riskHash ?? 'none'}`];
}
