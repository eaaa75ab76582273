import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/model.ts';
import type { DirectoryChange } from '../core/ports/directory-store.ts';
import type { Plan } from '../core/reconcile/plan.ts';
import { reconcile } from '../core/reconcile.ts';
import type { AccountStep } from './account-step.ts';
import { toAccountSteps } from './account-steps.ts';
import { toConfirmCommand } from './confirm-command.ts';
import { createCurrentDirectory } from './current-directory.ts';
import { createHandOver, type HandOver } from './hand-over.ts';
import { keepNewer } from './keep-newer.ts';
import { listLeftOut } from './left-out.ts';
import { readSource } from './read-source.ts';
import { countReading, type Planned, toPlanFacts } from './report.ts';
import { restrictPlan, toOneAccountPolicy } from './restrict-plan.ts';
import type { SyncOptions, SyncPorts } from './run-terms.ts';

/** What a run would do. */
export interface PlannedRun extends Planned {
  /** The account that the run is about, canonical; undefined: all. */
  readonly only: string | undefined;
  /** Of the stored directory that it was planned against. */
  readonly generation: number;
  readonly toCommit: HandOver<DirectoryChange>;
  /** The directory that the plan leads to. */
  readonly toServe: HandOver<Directory>;
}

/** Reads and plans. Rejects as `readSource` and `reconcile` do. `onPlanning` is awaited in between. */
export async function makePlan(
  ports: SyncPorts,
  options: SyncOptions,
  onPlanning: () => Promise<void>,
): Promise<PlannedRun> {
  const { source, store, clock } = ports;
  const { signal, confirmed, filter } = options;
  const { sourceId } = source;
  // One that cannot be used refuses the run before anything is read.
  await ports.mapping();
  const parkedBefore = await ports.parked.list(sourceId);
  const directory = createCurrentDirectory(store);
  const startedAt = clock.now();
  const read = await readSource(source, {
    ...options,
    signal,
    parked: parkedBefore,
    stored: directory.early,
    countLeftOut: options.dryRun && options.only === undefined,
    onProgress: ports.progress,
    now: startedAt,
  });
  const { only } = read;
  signal?.throwIfAborted();
  ports.progress({ phase: 'planning', done: 0, total: 0 });
  await onPlanning();
  // The reading may take minutes: the shorter the time from here to the commit, the rarer a conflict.
  const current = await directory.latest();
  const reading = keepNewer(read, current, sourceId, startedAt);
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
    steps = toAccountSteps({
      address: only,
      asked: options.only ?? only,
      reading,
      filter,
      before: one.before,
      after: one.after,
      nameGroup,
    });
  }
  // Without the reading itself and what nobody will look at: both are as large as the company, and a commit needs the memory.
  const facts = toPlanFacts(plan, options.maxLines);
  return {
    only,
    generation: current.generation,
    toCommit: createHandOver(plan.change),
    toServe: createHandOver(plan.isEmpty ? current : plan.next),
    read: countReading(reading, plan),
    parked: reading.parked,
    warnings: [...reading.warnings, ...plan.warnings],
    plan: facts,
    omittedLines: plan.lines.length - facts.lines.length,
    held: explainHold(plan, confirmed.risk),
    confirmWith: plan.riskHash === undefined ? undefined : toConfirmCommand(plan.riskHash, confirmed.renames, only),
    leftOut: options.listLeftOut ? listLeftOut(reading, whole, sourceId) : [],
    steps,
  };
}

function explainHold({ held, riskHash }: Plan, confirmed: string | undefined): readonly string[] {
  if (held.length === 0 || confirmed === undefined) return held;
  return [...held, `the risky changes are not those of plan ${confirmed} any more, but of ${riskHash ?? 'none'}`];
}
