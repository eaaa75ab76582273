import { DomainError } from '../core/errors.ts';
import { resultOf } from './api-errors.ts';
import { describeCall } from './http-api.ts';
import type { ReadCommand } from './read-commands.ts';
import type { Page } from './replies.ts';
import type { Envelope, ReplyValue } from './reply-xml.ts';

/** Rows asked for at once; the vendor does not say what "all" would be, nor how many the server would give. */
export const pageSize = 250;

const maxRows = 2_000_000;
const maxReadings = 3;

export interface PagedList<Row> {
  readonly command: ReadCommand;
  readonly about?: string;
  fetchPage(offset: number, count: number): Promise<Envelope>;
  readPage(result: ReplyValue): Page<Row>;
  /** Rows with the same key are one row. */
  keyOf(row: Row): string;
}

type Reading<Row> =
  | { readonly kind: 'whole'; readonly rows: readonly Row[] }
  /** As many rows as the server counts, but some came in two pages: the list moved, or it lists them twice itself. */
  | { readonly kind: 'repeated'; readonly rows: readonly Row[]; readonly order: string }
  | { readonly kind: 'broken'; readonly reason: string };

/**
 * Every row of a list, each once. The list may change while its pages are read: then it is read again, at most three
 * times in all. Rejects with `upstream_unavailable` rather than giving a part of it.
 */
export async function readAllPages<Row>(list: PagedList<Row>): Promise<readonly Row[]> {
  let reason = '';
  let lastOrder: string | undefined;
  for (let reading = 1; reading <= maxReadings; reading += 1) {
    const outcome = await readOnce(list);
    if (outcome.kind === 'whole') return outcome.rows;
    if (outcome.kind === 'broken') {
      reason = outcome.reason;
      lastOrder = undefined;
      continue;
    }
    // The same sequence twice: the repetition is the server's own, nothing moved.
    if (outcome.order === lastOrder) return outcome.rows;
    reason = 'rows moved between its pages';
    lastOrder = outcome.order;
  }
  const text = `${describeCall(list.command, list.about)}: no complete list in ${maxReadings} readings (${reason})`;
  throw new DomainError('upstream_unavailable', text);
}

async function readOnce<Row>(list: PagedList<Row>): Promise<Reading<Row>> {
  const rows = new Map<string, Row>();
  const keys: string[] = [];
  let total: number | undefined;
  let isRepeated = false;
  for (;;) {
    const offset = keys.length;
    const page = list.readPage(resultOf(await list.fetchPage(offset, pageSize), list.command, list.about));
    if (page.item.length === 0) {
      const expected = page.overallcount ?? total ?? 0;
      if (expected === offset) break;
      return { kind: 'broken', reason: `${offset} rows came of ${expected}` };
    }
    if (page.overallcount === undefined)
      return { kind: 'broken', reason: 'a page does not say how many rows there are' };
    if (page.overallcount > maxRows) return { kind: 'broken', reason: `it claims ${page.overallcount} rows` };
    if (total !== undefined && page.overallcount !== total) {
      return { kind: 'broken', reason: `it had ${total} rows and then ${page.overallcount}` };
    }
    total = page.overallcount;
    const knownBefore = rows.size;
    const inPage = new Set<string>();
    for (const row of page.item) {
      const key = list.keyOf(row);
      keys.push(key);
      if (rows.has(key) && !inPage.has(key)) isRepeated = true;
      inPage.add(key);
      if (!rows.has(key)) rows.set(key, row);
    }
    // Else a server that ignores the offset would fill the count with its first page. (What the `offset` of a reply
    // means is nowhere written: the one asked for, or the next one.)
    if (rows.size === knownBefore) return { kind: 'broken', reason: 'a page brought only rows seen before' };
    if (keys.length > total) return { kind: 'broken', reason: `${keys.length} rows came of ${total}` };
    if (keys.length === total) break;
  }
  const all = [...rows.values()];
  return isRepeated ? { kind: 'repeated', rows: all, order: keys.join('\n') } : { kind: 'whole', rows: all };
}
