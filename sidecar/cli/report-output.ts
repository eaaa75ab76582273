import { toJsonReport } from '../sync/json-report.ts';
import { renderReport } from '../sync/render-report.ts';
import type { SyncReport } from '../sync/report.ts';
import { type CliContext, printJson } from './context.ts';

/** Exit status of a command that plans and commits, by outcome. */
const statusOf: Readonly<Record<SyncReport['outcome'], number>> = {
  applied: 0,
  unchanged: 0,
  failed: 1,
  planned: 2,
  held: 3,
};

/** Prints a report as it was asked for, and gives the command's exit status. */
export function printReport(
  context: CliContext,
  report: SyncReport,
  options: { readonly json?: true; readonly verbose?: true },
): number {
  if (options.json) printJson(context, toJsonReport(report));
  else context.stdout.write(renderReport(report, { verbose: options.verbose === true }));
  return statusOf[report.outcome];
}
