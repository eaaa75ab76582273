import { domainOf } from '../core/names.ts';
import type { FieldChange, PlanLine, PlanLineKind } from '../core/reconcile/plan.ts';
import { printable, quote, shorten } from './render-text.ts';

/** So many lines are printed one by one; of more, … */
const shownLines = 50;
/** … so many of each kind, and the rest is only counted. */
const shownOfKind = 10;
/** Values of one change printed before the rest is only counted. */
const shownValues = 8;
const shownDomains = 5;

const signs: Readonly<Record<PlanLineKind, string>> = {
  disabled: '-',
  removed: '-',
  returned: '+',
  renamed: '~',
  changed: '~',
  new: '+',
  group_removed: '-',
  group_changed: '~',
  group_new: '+',
};

/** The order of kinds in a summary: what may hurt comes first. */
const kinds = Object.keys(signs) as readonly PlanLineKind[];

const nouns: Readonly<Record<PlanLineKind, string>> = {
  disabled: 'disabled',
  removed: 'removed',
  returned: 'returned',
  renamed: 'renamed',
  changed: 'changed',
  new: 'new users',
  group_removed: 'removed groups',
  group_changed: 'changed groups',
  group_new: 'new groups',
};

const remarks: Readonly<Partial<Record<PlanLineKind, string>>> = {
  disabled: 'disabled',
  removed: 'removed',
  returned: 'returned',
  renamed: 'renamed',
  group_removed: 'removed',
};

/** The changes, one a line in their order; many of them by kind, with counts by domain for those not shown, unless `verbose`. */
export function renderLines(lines: readonly PlanLine[], verbose: boolean): readonly string[] {
  if (verbose || lines.length <= shownLines) return lines.map(renderLine);
  return kinds.flatMap((kind) =>
    summariseKind(
      kind,
      lines.filter((line) => line.kind === kind),
    ),
  );
}

function summariseKind(kind: PlanLineKind, lines: readonly PlanLine[]): readonly string[] {
  const shown = lines.slice(0, shownOfKind).map(renderLine);
  const hidden = lines.slice(shownOfKind);
  if (hidden.length === 0) return shown;
  const byDomain = new Map<string, number>();
  for (const { address } of hidden) byDomain.set(domainOf(address), (byDomain.get(domainOf(address)) ?? 0) + 1);
  const counted = [...byDomain].sort(([, a], [, b]) => b - a);
  const domains = shorten(counted, shownDomains, 'more domains', ([domain, count]) => `${domain} ${count}`);
  return [
    ...shown,
    `${signs[kind]} and ${hidden.length} more ${nouns[kind]} (${domains.join(', ')}); --verbose shows all`,
  ];
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
