import { toTable } from '../../support/runner/table.ts';
import { describeMachine } from './machine.ts';

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** For example `searches/s`, `µs CPU/search`, `MiB`. */
  readonly unit: string;
}

/** Title, machine and figures as a table, with about four significant digits. */
export function toFigureText(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit }) => [name, toDigits(value), unit]);
  return `${title}\n${describeMachine()}\n\n${toTable([['figure', 'value', 'unit'], ...rows])}\n`;
}

function toDigits(value: number): string {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001))));
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(decimals, 6) });
}
