import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { TestRecord } from './records.ts';

const maxDetailLength = 20_000;

/**
 * A reporter for node:test: one JSON line per {@link TestRecord}. Suites (`describe`) are named only in front of their
 * tests, unless the fault is their own (a hook, a throw in the body).
 */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from nowhere else
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const begun: string[] = [];
  const reported: string[] = [];
  for await (const event of events) {
    const record = toRecord(event, begun, reported);
    if (record !== undefined) yield `${JSON.stringify(record)}\n`;
  }
}

function toRecord(event: TestEvent, begun: string[], reported: string[]): TestRecord | undefined {
  switch (event.type) {
    case 'test:dequeue':
      return { kind: 'begin', name: push(begun, event.data) };
    case 'test:start':
      push(reported, event.data);
      return undefined;
    case 'test:pass':
    case 'test:fail':
      return toVerdict(event, push(reported, event.data));
    case 'test:diagnostic':
      // Totals come as diagnostics of the same level; only faults that belong to no test are of interest.
      return /^(Error|Warning): /.test(event.data.message) ? { kind: 'note', text: event.data.message } : undefined;
    case 'test:summary':
      return { kind: 'end' };
    default:
      return undefined;
  }
}

function toVerdict(event: Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>, name: string): TestRecord {
  const { skip, todo, details } = event.data;
  const isSuite = details.type === 'suite';
  if (todo !== undefined && todo !== false) return { kind: 'skip', name, reason: toReason(todo, 'todo') };
  if (skip !== undefined && skip !== false) return { kind: 'skip', name, reason: toReason(skip, 'no reason given') };
  if (event.type === 'test:pass') return isSuite ? { kind: 'done', name } : { kind: 'pass', name };
  const error: unknown = event.data.details.error;
  const failureType = (error as { readonly failureType?: unknown } | undefined)?.failureType;
  // The subtests have been reported themselves.
  if (failureType === 'subtestsFailed') return { kind: 'done', name };
  return { kind: 'fail', name, detail: toDetail(error) };
}

/** Keeps `path` as the names from the outermost suite down to this test, and gives it as one text. */
function push(path: string[], test: { readonly name: string; readonly nesting: number }): string {
  path.length = Math.min(path.length, test.nesting);
  path.push(test.name);
  return path.join(' › ');
}

function toReason(reason: string | boolean, fallback: string): string {
  if (typeof reason !== 'string' || reason === '') return fallback;
  return fallback === 'todo' ? `todo: ${reason}` : reason;
}

function toDetail(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  // An AssertionError's stack begins with the comparison; its properties would only repeat it.
  const isAssertion = cause instanceof Error && cause.name === 'AssertionError' && cause.stack !== undefined;
  const text = typeof cause === 'string' ? cause : isAssertion ? (cause.stack ?? '') : inspect(cause, { depth: 6 });
  return text.length > maxDetailLength ? `${text.slice(0, maxDetailLength)}\n… (cut)` : text;
}
