import { type BerReader, Tag } from '../ber-reader.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import { decodePaging, type PagingRequest, pagedResultsOid } from './paging.ts';

/** RFC 3296. There are no referrals here, so every operation already treats all entries as plain ones. */
export const manageDsaItOid = '2.16.840.1.113730.3.4.2';

/** What the controls of a request ask for. */
export interface RequestControls {
  readonly paging: PagingRequest | undefined;
}

export const noControls: RequestControls = { paging: undefined };

/** Controls that are honoured here; the root DSE lists them. */
export const supportedControls: readonly string[] = [pagedResultsOid, manageDsaItOid];

/**
 * Decodes the controls of a request (RFC 4511 §4.1.11). One that is unknown, or that has no meaning for the operation, is ignored,
 * or ends the operation with unavailableCriticalExtension when it is critical.
 */
export function decodeControls(list: BerReader | undefined, isSearch: boolean, maxCount: number): RequestControls {
  let paging: PagingRequest | undefined;
  let count = 0;
  while (list !== undefined && !list.atEnd) {
    count += 1;
    if (count > maxCount)
      throw new OperationError(ResultCode.unwillingToPerform, `a request may have ${maxCount} controls`);
    const control = list.enter(Tag.sequence);
    const oid = control.readText();
    const isCritical = control.peekTag() === Tag.boolean ? control.readBoolean() : false;
    const value = control.peekTag() === Tag.octetString ? control.readContent(Tag.octetString) : undefined;
    if (oid === pagedResultsOid && isSearch) {
      if (paging !== undefined) throw new OperationError(ResultCode.protocolError, 'two controls ask for pages');
      paging = decodePaging(value);
    } else if (isCritical && oid !== manageDsaItOid) {
      throw new OperationError(ResultCode.unavailableCriticalExtension, 'a critical control is not supported');
    }
  }
  return { paging };
}
