import { renderLines } from './render-lines.ts';
import { countOf, printable, shorten } from './render-text.ts';
import type { ReadCounts, SyncReport } from './report.ts';

/** Warnings, reasons and addresses printed before the rest is only counted. */
const shownItems = 50;
const rest = 'more; --verbose shows all';

/**
 * The report as a person reads it: the summary, what was read, what to decide, warnings, then a line per change (`+ ~ -`,
 * old → new); long parts are summarised unless `verbose`. Ends with a line break.
 */
export function renderReport(report: SyncReport, { verbose }: { readonly verbose: boolean }): string {
  const limit = verbose ? Number.POSITIVE_INFINITY : shownItems;
  const { read, parked, leftOut, proposedRenames, omittedLines } = report;
  const out = [
    `${report.dryRun ? 'dry run: ' : ''}${report.summary}`,
    ...report.steps.map(({ name, status, detail }) => `${name.padEnd(8)}${status.padEnd(8)}${printable(detail)}`),
    ...(read === undefined ? [] : renderReading(read, report)),
    ...(report.plan !== undefined && report.outcome === 'held' ? [`plan ${report.plan} names the risky changes`] : []),
    ...shorten(
      parked,
      limit,
      rest,
      ({ address, reason, attempts, nextTryAt }) =>
        `! ${printable(address)} could not be read (${countOf(attempts, 'time')} in a row) and stays as it is; tried again after ${nextTryAt.toISOString()}: ${printable(reason)}`,
    ),
    ...proposedRenames.map(({ from, to }) => `? ${from} may be ${to} now; if so: sync --rename ${from}=${to}`),
    ...shorten(report.warnings, limit, rest, (text) => `! ${printable(text)}`),
    ...renderLines(report.lines, verbose),
    ...(omittedLines > 0 ? [`and ${omittedLines} more changes`] : []),
    ...shorten(leftOut, limit, rest, (address) => `  left out: ${printable(address)}`),
  ];
  return `${out.join('\n')}\n`;
}

function renderReading(read: ReadCounts, { endedAt, parked, steps }: SyncReport): readonly string[] {
  const { domains, users, readWhole, groups, vanished, leftOut, oldestReadAt } = read;
  const counts =
    `read ${countOf(domains, 'domain')}, ${countOf(users, 'account')}, ${countOf(groups, 'group')}` +
    (leftOut > 0 ? `; ${countOf(leftOut, 'account')} left out (filter or guests)` : '') +
    (vanished > 0 ? `; ${countOf(vanished, 'account')} deleted meanwhile` : '');
  // Accounts that could not be read have lines of their own, and a run for one account reads no other by intention.
  if (users - readWhole <= parked.length || steps.length > 0) return [counts];
  const age = oldestReadAt === undefined ? 'never' : `${describeAge(endedAt.getTime() - oldestReadAt.getTime())} ago`;
  return [
    counts,
    `${readWhole} of the accounts were read whole, the others only in the list, which shows neither aliases nor expiry: such changes ` +
      `arrive late; the longest without was read whole ${age}`,
  ];
}

function describeAge(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
