import type { FileOutcome } from './records.ts';
import type { TestFile } from './suites.ts';
import { toTable } from './table.ts';

/** One file that was run, and what it showed. */
export interface FileReport extends FileOutcome {
  readonly file: TestFile;
  readonly output: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One line for a file; all about it when something failed. */
export function printFile(report: FileReport): string {
  const { file, passed, failed, skipped, output, startedAtMs, endedAtMs } = report;
  const counts = [`${passed} passed`];
  if (failed.length > 0) counts.push(`${failed.length} FAILED`);
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  const head = `${file.path}: ${counts.join(', ')} (${toSeconds(endedAtMs - startedAtMs)} s)\n`;
  if (failed.length === 0) return head;
  const details = failed.map(({ name, detail }) => `  FAILED ${name}\n${indent(detail)}`);
  const printed = output.trim() === '' ? '' : `  what the file printed:\n${indent(output.trimEnd())}`;
  return `${head}${details.join('')}${printed}`;
}

/** Skipped tests with their reason and failed ones by name; then suites in a table; the totals alone on the last line. */
export function printSummary(reports: readonly FileReport[], strict: boolean): string {
  const skips = reports.flatMap(({ file, skipped }) =>
    skipped.map(({ name, reason }) => `  ${file.path}: ${name}: ${reason}\n`),
  );
  const failures = reports.flatMap(({ file, failed }) => failed.map(({ name }) => `  ${file.path}: ${name}\n`));
  const totals = countTotals(reports);
  return [
    '\n',
    skips.length === 0 ? '' : `Skipped${strict ? ' (CI: each fails the run)' : ''}\n${skips.join('')}\n`,
    failures.length === 0 ? '' : `Failed\n${failures.join('')}\n`,
    `${toTable(toRows(reports, totals))}\n\n`,
    `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`,
  ].join('');
}

export function countTotals(reports: readonly FileReport[]): Totals {
  const sum = (count: (report: FileReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed.length),
    skipped: sum(({ skipped }) => skipped.length),
  };
}

function toRows(reports: readonly FileReport[], totals: Totals): string[][] {
  const names = [...new Set(reports.map(({ file }) => file.suite.name))];
  const toRow = (name: string, counted: Totals, part: readonly FileReport[]): string[] => {
    const begin = Math.min(...part.map(({ startedAtMs }) => startedAtMs));
    const end = Math.max(...part.map(({ endedAtMs }) => endedAtMs));
    return [name, ...[counted.passed, counted.failed, counted.skipped].map(String), toSeconds(end - begin)];
  };
  return [
    ['suite', 'passed', 'failed', 'skipped', 'seconds'],
    ...names.map((name) => {
      const part = reports.filter(({ file }) => file.suite.name === name);
      return toRow(name, countTotals(part), part);
    }),
    toRow('all', totals, reports),
  ];
}

function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function indent(text: string): string {
  return `${text.replace(/^/gm, '      ')}\n`;
}
