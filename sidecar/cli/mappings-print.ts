import type { MappingDiff, UserMappingChange } from '../application/diff-mappings.ts';
import type { Finding } from '../application/mapping-check.ts';
import type { MappingTestResult } from '../application/test-mappings.ts';
import { formatTable } from './table.ts';

/** One finding for programs. */
interface PlacedFinding {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
}

export interface CheckReport {
  readonly ok: boolean;
  readonly folder: string;
  /** Undefined: the files could not be understood. */
  readonly rules: number | undefined;
  readonly errors: readonly PlacedFinding[];
  readonly warnings: readonly PlacedFinding[];
}

const shownFindings = 200;
const shownUsers = 50;
const placeShape = /^(.+):(\d+):(\d+)$/;

/** Takes `file:3:8: message` apart; a line without a place is all message. */
export function parsePlace(line: string): Finding {
  const match = /^(.+?:\d+:\d+): (.*)$/s.exec(line);
  return match === null ? { at: undefined, message: line } : { at: match[1], message: match[2] ?? '' };
}

export function toCheckReport(
  folder: string,
  found: {
    readonly rules: number | undefined;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
  },
): CheckReport {
  return {
    ok: found.errors.length === 0,
    folder,
    rules: found.rules,
    errors: found.errors.map(toPlaced),
    warnings: found.warnings.map(toPlaced),
  };
}

/** One line a finding, errors first, and a line of totals. */
export function formatCheck({ ok, folder, rules, errors, warnings }: CheckReport): string {
  const lines = [
    ...errors.map((finding) => formatFinding('error', finding)),
    ...warnings.map((finding) => formatFinding('warning', finding)),
  ];
  const more = lines.length - shownFindings;
  const totals = `${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`;
  return [
    ...lines.slice(0, shownFindings),
    ...(more > 0 ? [`and ${more} more (--json shows all)`] : []),
    ok
      ? `the mapping in ${folder} is sound: ${count(rules ?? 0, 'rule')}, ${totals}`
      : `the mapping in ${folder} is not sound: ${totals}`,
  ].join('\n');
}

/** The failures, and a line of totals. */
export function formatTests(results: readonly (MappingTestResult & { readonly at: string | undefined })[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0);
  return [
    ...failed.flatMap(({ at, name, failures }) => [
      `FAILED ${at}: ${name}`,
      ...failures.map((failure) => `  ${failure}`),
    ]),
    `${count(results.length, 'test')}, ${results.length - failed.length} passed, ${failed.length} failed`,
  ].join('\n');
}

/** Totals by privilege and role, then the users, the first of them unless `isVerbose`. */
export function formatDiff({ users, totals, userCount }: MappingDiff, isVerbose: boolean): string {
  if (users.length === 0) return `nothing would change for any of ${count(userCount, 'user')}`;
  const rows = totals.map(({ kind, name, added, removed }) => [
    `  ${name}`,
    kind,
    added === 0 ? '' : `+${added}`,
    removed === 0 ? '' : `-${removed}`,
  ]);
  const shown = isVerbose ? users : users.slice(0, shownUsers);
  const more = users.length - shown.length;
  return [
    `${users.length} of ${count(userCount, 'user')} would change`,
    formatTable(rows),
    formatTable(shown.map((user) => [`  ${user.login}`, listChanges(user)])),
    ...(more > 0 ? [`  and ${more} more (--verbose or --json shows all)`] : []),
  ].join('\n');
}

function listChanges({ privileges, roles }: UserMappingChange): string {
  return [
    ...[...privileges.added, ...roles.added].map((name) => `+${name}`),
    ...[...privileges.removed, ...roles.removed].map((name) => `-${name}`),
  ].join(' ');
}

function toPlaced({ at, message }: Finding): PlacedFinding {
  const match = at === undefined ? null : placeShape.exec(at);
  if (match === null) return { file: at, line: undefined, column: undefined, message };
  return { file: match[1], line: Number(match[2]), column: Number(match[3]), message };
}

function formatFinding(kind: 'error' | 'warning', { file, line, column, message }: PlacedFinding): string {
  const place = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}:${column}: `;
  return `${place}${kind}: ${message}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
