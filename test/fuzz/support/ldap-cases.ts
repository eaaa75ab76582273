import { bool, int, text, tlv } from '../../facade/ldap/support/ber.ts';
import type { Answer, LdapClient } from './ldap-client.ts';
import { encodeFilter, type Filter } from './ldap-filter.ts';

export interface SortKey {
  readonly attribute: string;
  /** An ordering rule; the attribute's own where there is none. */
  readonly rule?: string;
  readonly reverse: boolean;
}

/** A search as one thing: with a paging, all its pages. */
export interface SearchCase {
  readonly kind: 'search';
  readonly base: string;
  readonly scope: 0 | 1 | 2 | 3;
  readonly deref: number;
  readonly sizeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Sizes of the pages, used in turn. */
  readonly pages?: readonly number[];
  readonly sort?: readonly SortKey[];
}

export interface CompareCase {
  readonly kind: 'compare';
  readonly dn: string;
  readonly attribute: string;
  readonly value: string;
}

export type LdapCase = SearchCase | CompareCase;

const pagedResults = '1.2.840.113556.1.4.319';
const sortRequest = '1.2.840.113556.1.4.473';
const maxPages = 2_000;

/** Puts a case to a server, page after page; gives the entries of all pages, how many each had, and the last page's end. */
export async function askCase(client: LdapClient, asked: LdapCase): Promise<Answer & { readonly pageSizes: number[] }> {
  if (asked.kind === 'compare') {
    const { dn, attribute, value } = asked;
    const answer = await client.ask(tlv(0x6e, text(dn), tlv(0x30, text(attribute), text(value))));
    return { ...answer, pageSizes: [] };
  }
  const operation = encodeSearchCase(asked);
  const sort = asked.sort === undefined ? [] : [control(sortRequest, encodeSort(asked.sort))];
  const { pages } = asked;
  if (pages === undefined) return { ...(await client.ask(operation, sort)), pageSizes: [] };
  const entries: Answer['entries'][number][] = [];
  const pageSizes: number[] = [];
  let cookie: Buffer = Buffer.alloc(0);
  for (let page = 0; page < maxPages; page++) {
    const size = pages[page % pages.length] ?? 1;
    const paging = control(pagedResults, tlv(0x30, int(size), text(cookie)));
    const answer = await client.ask(operation, [paging, ...sort]);
    entries.push(...answer.entries);
    pageSizes.push(answer.entries.length);
    cookie = readCookie(answer.done.controls.get(pagedResults));
    if (cookie.length === 0) return { entries, done: answer.done, pageSizes };
  }
  throw new Error(`more than ${maxPages} pages`);
}

/** The operation without controls. */
export function encodeSearchCase({ base, scope, deref, sizeLimit, typesOnly, filter, attributes }: SearchCase): Buffer {
  return tlv(
    0x63,
    text(base),
    int(scope, 0x0a),
    int(deref, 0x0a),
    int(sizeLimit),
    int(0),
    bool(typesOnly),
    encodeFilter(filter),
    tlv(0x30, ...attributes.map((name) => text(name))),
  );
}

function encodeSort(keys: readonly SortKey[]): Buffer {
  return tlv(
    0x30,
    ...keys.map(({ attribute, rule, reverse }) =>
      tlv(
        0x30,
        text(attribute),
        ...(rule === undefined ? [] : [text(rule, 0x80)]),
        ...(reverse ? [Buffer.from([0x81, 1, 255])] : []),
      ),
    ),
  );
}

/** A critical control (RFC 4511 §4.1.11). */
function control(oid: string, value: Buffer): Buffer {
  return tlv(0x30, text(oid), bool(true), text(value));
}

/** The cookie of a realSearchControlValue (RFC 2696 §2); none without a control. */
function readCookie(value: Buffer | undefined): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  const sizeAt = 2;
  const cookieAt = sizeAt + 2 + (value[sizeAt + 1] ?? 0);
  return Buffer.from(value.subarray(cookieAt + 2, cookieAt + 2 + (value[cookieAt + 1] ?? 0)));
}
