import type { Filter } from '../../../directory/filter.ts';
import { type BerReader, Tag } from '../ber-reader.ts';
import { malformedControl } from '../errors.ts';
import type { LdapLimits } from '../limits.ts';
import { RequestTag } from '../requests.ts';
import { OperationError, ProtocolFault, ResultCode } from '../result-codes.ts';
import { assertionOid, decodeAssertion } from './assertion.ts';
import { decodePaging, type PagingRequest, pagedResultsOid } from './paging.ts';
import { decodeSort, type SortRequest, sortRequestOid } from './sort.ts';

/** RFC 3296. There are no referrals here, so every operation already treats all entries as plain ones. */
export const manageDsaItOid = '2.16.840.1.113730.3.4.2';
/** RFC 6171. There is one directory here and no shadow of it, so nothing is ever answered from a copy. */
export const dontUseCopyOid = '1.3.6.1.1.22';

/** What the controls of a request ask for. */
export interface RequestControls {
  readonly paging?: PagingRequest;
  readonly sort?: SortRequest;
  /** What must hold for the entry that the operation is about. */
  readonly assertion?: Filter;
}

export const noControls: RequestControls = {};

interface ControlKind {
  /** Requests that it means something for; `all`: for every one. */
  readonly tags: readonly RequestTag[] | 'all';
  decode(value: Uint8Array | undefined, isCritical: boolean, limits: LdapLimits): RequestControls;
}

const search: readonly RequestTag[] = [RequestTag.search];
const searchAndCompare: readonly RequestTag[] = [RequestTag.search, RequestTag.compare];
const writes: readonly RequestTag[] = [RequestTag.add, RequestTag.modify, RequestTag.delete, RequestTag.modifyDn];

const kinds: ReadonlyMap<string, ControlKind> = new Map<string, ControlKind>([
  [pagedResultsOid, { tags: search, decode: (value) => ({ paging: decodePaging(value) }) }],
  [sortRequestOid, { tags: search, decode: (value, isCritical) => ({ sort: decodeSort(value, isCritical) }) }],
  [
    assertionOid,
    {
      tags: [...searchAndCompare, ...writes],
      decode: (value, _, limits) => ({ assertion: decodeAssertion(value, limits) }),
    },
  ],
  [manageDsaItOid, { tags: 'all', decode: decodeEmpty }],
  [dontUseCopyOid, { tags: searchAndCompare, decode: decodeEmpty }],
]);

/** Controls that are honoured here; the root DSE lists them. */
export const supportedControls: readonly string[] = [...kinds.keys()];

/**
 * Decodes the controls of a request (RFC 4511 §4.1.11). One that is unknown, or that has no meaning for the operation, is ignored,
 * or ends the operation with unavailableCriticalExtension when it is critical. One that is malformed, or given twice, ends it
 * with protocolError.
 */
export function decodeControls(list: BerReader | undefined, tag: RequestTag, limits: LdapLimits): RequestControls {
  if (list === undefined || list.atEnd) return noControls;
  let wanted = noControls;
  const seen = new Set<string>();
  for (let count = 1; !list.atEnd; count++) {
    if (count > limits.controls)
      throw new OperationError(ResultCode.unwillingToPerform, `a request may have ${limits.controls} controls`);
    const control = list.enter(Tag.sequence);
    const oid = control.readText();
    const isCritical = control.peekTag() === Tag.boolean ? control.readBoolean() : false;
    const value = control.peekTag() === Tag.octetString ? control.readContent(Tag.octetString) : undefined;
    const kind = kinds.get(oid);
    if (kind === undefined || (kind.tags !== 'all' && !kind.tags.includes(tag))) {
      if (!isCritical) continue;
      throw new OperationError(ResultCode.unavailableCriticalExtension, 'a critical control is not supported');
    }
    if (seen.has(oid)) throw new OperationError(ResultCode.protocolError, 'a control is given twice');
    seen.add(oid);
    wanted = { ...wanted, ...decodeValue(kind, value, isCritical, limits) };
  }
  return wanted;
}

/** The value lies in an OCTET STRING of its own: what is broken inside does not break the message. */
function decodeValue(
  kind: ControlKind,
  value: Uint8Array | undefined,
  isCritical: boolean,
  limits: LdapLimits,
): RequestControls {
  try {
    return kind.decode(value, isCritical, limits);
  } catch (error) {
    throw error instanceof ProtocolFault ? malformedControl('of the request') : error;
  }
}

function decodeEmpty(value: Uint8Array | undefined): RequestControls {
  if (value !== undefined) throw new OperationError(ResultCode.protocolError, 'a control has a value that has none');
  return noControls;
}
