import type { FieldChange, PlanLine, PlanLineKind } from '../core/reconcile/plan.ts';
import type { SyncReport } from './report.ts';

/** Lines printed before the rest is only counted. */
const shownLines = 50;
/** Values of one change printed before the rest is only counted. */
const shownValues = 8;

const signs: Readonly<Record<PlanLineKind, string>> = {
  new: '+',
  changed: '~',
  disabled: '-',
  removed: '-',
  returned: '+',
  group_new: '+',
  group_changed: '~',
  group_removed: '-',
};

const remarks: Readonly<Partial<Record<PlanLineKind, string>>> = {
  disabled: 'disabled',
  removed: 'removed',
  returned: 'returned',
  group_removed: 'removed',
};

/**
 * The report as a person reads it: the summary, warnings, then a line per change (`+ ~ -`, old → new), at most 50 of each unless
 * `verbose`. Ends with a line break.
 */
export function renderReport(report: SyncReport, options: { readonly verbose: boolean }): string {
  const limit = options.verbose ? Number.POSITIVE_INFINITY : shownLines;
  const out = [`${report.dryRun ? 'dry run: ' : ''}${report.summary}`];
  if (report.read !== undefined) {
    const { domains, users, groups, vanished } = report.read;
    const left = report.counts?.filteredOut ?? 0;
    out.push(
      `read ${domains} domains, ${users} accounts, ${groups} groups` +
        (left > 0 ? `; ${left} accounts are left out by the filter` : '') +
        (vanished > 0 ? `; ${vanished} were deleted meanwhile` : ''),
    );
  }
  const rest = 'more; --verbose shows all';
  out.push(...shorten(report.warnings, limit, rest).map((text) => `! ${text}`));
  out.push(...shorten(report.lines, limit, rest, renderLine));
  return `${out.join('\n')}\n`;
}

function renderLine(line: PlanLine): string {
  const subject = line.kind.startsWith('group_') ? `group ${line.address}` : line.address;
  const remark = remarks[line.kind];
  const details = [
    ...(remark === undefined ? [] : [remark]),
    ...line.changes.map((change) => renderChange(line, change)),
  ];
  return `${signs[line.kind]} ${subject}${details.length > 0 ? `: ${details.join('; ')}` : ''}`;
}

function renderChange(line: PlanLine, change: FieldChange): string {
  if ('from' in change) {
    const isNew = line.kind === 'new' || line.kind === 'group_new';
    return isNew
      ? `${change.field} ${quote(change.to)}`
      : `${change.field} ${quote(change.from)} → ${quote(change.to)}`;
  }
  if ('joined' in change) {
    const moves = [change.joined > 0 ? `+${change.joined}` : '', change.left > 0 ? `-${change.left}` : ''];
    return `${change.field} ${moves.filter((text) => text !== '').join(' ')}`;
  }
  const values = [
    ...change.added.map((value) => `+${printable(value)}`),
    ...change.removed.map((value) => `-${printable(value)}`),
  ];
  return `${change.field} ${shorten(values, shownValues, 'more').join(' ')}`;
}

function shorten<Item>(
  items: readonly Item[],
  limit: number,
  rest: string,
  render: (item: Item) => string = String,
): readonly string[] {
  const shown = items.slice(0, limit).map(render);
  return items.length > limit ? [...shown, `and ${items.length - limit} ${rest}`] : shown;
}

function quote(text: string): string {
  return `"${printable(text.length > 80 ? `${text.slice(0, 80)}…` : text)}"`;
}

/** What a terminal could take for a command, or what turns the direction of text, is escaped. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
