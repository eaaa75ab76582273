import type { RunRecord } from '../../core/ports/directory-store.ts';
import { fail, ok, oneLine, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** The directory as last committed. */
export interface DirectoryFacts {
  /** 0: nothing was ever committed. */
  readonly generation: number;
  readonly users: number;
  readonly groups: number;
  readonly lastRun: RunRecord | undefined;
}

/** Runs that may be missing before it is worth a word. */
const missedRuns = 3;
/** What a run may take. */
const graceMs = 10 * 60_000;

/** What is served, and how old it is. `read` gives undefined where there is no database. */
export function checkDirectory(options: {
  readonly read: () => Promise<DirectoryFacts | undefined>;
  readonly intervalMs: number;
  readonly now: () => Date;
}): Check {
  const { read, intervalMs, now } = options;
  return {
    name: 'directory',
    remedy: 'see the database',
    async run(find) {
      const facts = await read();
      if (facts === undefined) {
        find(fail('nothing was ever synchronised', 'run `sync --dry-run`, then `sync`'));
        return;
      }
      const { generation, users, groups, lastRun } = facts;
      const size = `${users} users and ${groups} groups, generation ${generation}`;
      if (generation === 0) find(fail('nothing was ever synchronised', 'run `sync --dry-run`, then `sync`'));
      else if (users === 0) find(fail(`no user is served: ${size}`, 'check icewarp.domains and icewarp.groups'));
      else find(ok(size));
      if (lastRun === undefined) return;
      const ageMs = now().getTime() - lastRun.endedAt.getTime();
      const run = `the last synchronisation, ${describeAge(ageMs)} ago`;
      const summary = oneLine(lastRun.summary);
      if (lastRun.outcome === 'failed') {
        find(fail(`${run}, failed: ${summary}`, 'run `sync test-connection`; what was committed before is served'));
      } else if (lastRun.outcome === 'held') {
        find(warn(`${run}, is held: ${summary}`, 'run `sync --dry-run`, and confirm it if it is right'));
      } else if (ageMs > missedRuns * intervalMs + graceMs) {
        find(warn(`${run}, is older than it should be`, 'see whether the service runs: `serve`'));
      } else {
        find(ok(`${run}: ${summary}`));
      }
    },
  };
}

/** A time span in the unit that fits. Below a minute, and of a clock that was set back: `less than a minute`. */
function describeAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}
