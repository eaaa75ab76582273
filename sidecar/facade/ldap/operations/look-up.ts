import { parseAddress } from '../../../core/names.ts';
import type { Filter } from '../../../directory/filter.ts';
import type { RequestControls } from '../controls/request-controls.ts';
import type { OperationContext } from '../operation.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import type { SearchRequest } from '../search-request.ts';

/** Attributes that name one account, and what stands before the address in their values. */
const naming: ReadonlyMap<string, RegExp> = new Map([
  ['mail', /^/],
  ['uid', /^/],
  ['proxyaddresses', /^smtp:/i],
]);

/** No text of an address is longer, in octets. */
const maxOctets = 1_300;

/**
 * The address that a search asks for and nobody is known by, when the connection's service account may have it looked up: an account may
 * have come since the last synchronisation. Only where the address has to be the entry's: alone, or in an AND.
 */
export function findUnknownAddress(
  { server, session }: OperationContext,
  { scope, filter }: SearchRequest,
  { assertion, paging }: RequestControls,
): string | undefined {
  const { identity } = session;
  if (server.askAccount === undefined || identity.kind !== 'service' || scope === 'base') return undefined;
  // The later pages of a search have been found already.
  if (assertion !== undefined || (paging?.cookie.length ?? 0) > 0) return undefined;
  if (!server.serviceAccounts.mayLookUp(identity.name)) return undefined;
  const address = addressOf(filter);
  if (address === undefined) return undefined;
  return server.snapshot()?.findByName(address).kind === 'unknown' ? address : undefined;
}

function addressOf(filter: Filter): string | undefined {
  if (filter.kind === 'and') {
    for (const part of filter.filters) {
      const address = part.kind === 'equal' ? addressOf(part) : undefined;
      if (address !== undefined) return address;
    }
    return undefined;
  }
  if (filter.kind !== 'equal' || filter.value.length > maxOctets) return undefined;
  const prefix = naming.get(filter.attribute.toLowerCase());
  const text = Buffer.from(filter.value).toString('utf8');
  return prefix?.test(text) === true ? parseAddress(text.replace(prefix, '')) : undefined;
}

/** Waits until it is known whether somebody has the address. Throws OperationError `busy` where that cannot be told now. */
export async function awaitLookUp({ server }: OperationContext, address: string): Promise<void> {
  if ((await server.askAccount?.(address)) !== 'undecided') return;
  throw new OperationError(ResultCode.busy, 'the account is still being looked up at the mail server; ask again');
}

/** A request that may be read after a wait, when the octets it came in are used for others. */
export function keepRequest(request: SearchRequest): SearchRequest {
  return { ...request, filter: keepFilter(request.filter), octets: request.octets.slice() };
}

function keepFilter(filter: Filter): Filter {
  if ('filters' in filter) return { ...filter, filters: filter.filters.map(keepFilter) };
  if (filter.kind === 'not') return { ...filter, filter: keepFilter(filter.filter) };
  if (filter.kind === 'substring') {
    const { initial, any, final } = filter;
    return { ...filter, initial: initial?.slice(), any: any.map((piece) => piece.slice()), final: final?.slice() };
  }
  return 'value' in filter ? { ...filter, value: filter.value.slice() } : filter;
}
