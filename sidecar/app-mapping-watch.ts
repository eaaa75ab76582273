import type { MappingOutcome } from './app-sync-job.ts';
import type { BuildAnswer } from './app-sync-protocol.ts';
import type { Log } from './core/ports/log.ts';
import { watchFolder } from './host/watch-folder.ts';
import type { HeldPlan } from './observe/health-parts.ts';
import type { SyncReport } from './sync/report.ts';

export interface MappingWatchOptions {
  readonly directory: string;
  readonly log: Log;
  /** Applies the mapping in force. Never rejects. */
  readonly apply: () => Promise<BuildAnswer>;
  /** The report of each application. */
  readonly onReport: (report: SyncReport) => void;
}

/** What the service knows of its mapping. */
export interface MappingKnowledge {
  /** Undefined until the files were looked at. */
  readonly outcome: MappingOutcome | undefined;
  /** Changes that wait for an administrator. */
  readonly held: HeldPlan | undefined;
}

/** Keeps what is served in step with the mapping files, and with the times from and until which rules hold. */
export interface MappingWatch {
  /** Applies what is in force, then watches. */
  start(): Promise<void>;
  /** Takes note of what a synchronisation found. */
  observe(answer: BuildAnswer): void;
  state(): MappingKnowledge;
  stop(): Promise<void>;
}

/** Longest time between two looks at the clock: it may be set, and timers know nothing of that. */
const longestWaitMs = 30_000;
const retryMs = 5_000;

export function createMappingWatch(options: MappingWatchOptions): MappingWatch {
  let outcome: MappingOutcome | undefined;
  let held: HeldPlan | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let applying: Promise<void> = Promise.resolve();
  let stopped = false;
  let stopWatching = async () => {};

  const wakeAt = (time: Date) => {
    clearTimeout(timer);
    if (stopped) return;
    const ms = time.getTime() - Date.now();
    timer = setTimeout(() => (time.getTime() <= Date.now() ? void apply() : wakeAt(time)), clamp(ms));
  };
  const observe = ({ mapping, report }: BuildAnswer) => {
    if (mapping === undefined) return;
    outcome = mapping;
    clearTimeout(timer);
    const next = mapping.kind === 'in_force' ? mapping.state.nextChangeAt : undefined;
    if (next !== undefined) wakeAt(next);
    if (report?.outcome === 'applied' || report?.outcome === 'unchanged') held = undefined;
  };
  const applyNow = async () => {
    if (stopped) return;
    const answer = await options.apply();
    const { report } = answer;
    observe(answer);
    if (report === undefined || stopped) return;
    if (report.outcome === 'held') {
      held = { plan: report.plan ?? null, reasons: report.held, confirmWith: report.confirmWith ?? null };
    }
    options.onReport(report);
    // A broken mapping waits for an edit; what is down comes back by itself.
    const { error } = report;
    clearTimeout(retry);
    const mayPass = error?.code === 'upstream_unavailable' || error?.code === 'conflict';
    if (mayPass) retry = setTimeout(() => void apply(), retryMs);
  };
  const apply = (): Promise<void> => {
    applying = applying.then(applyNow);
    return applying;
  };

  return {
    async start() {
      const { directory } = options;
      const watching = await watchFolder({
        directory,
        isMeant: (name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml') && !name.startsWith('.'),
        onChange: apply,
      });
      stopWatching = watching.stop;
      await apply();
    },
    observe,
    state: () => ({ outcome, held }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(retry);
      await stopWatching();
      await applying;
    },
  };
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), longestWaitMs);
}
