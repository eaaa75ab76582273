import type { OperationContext, OperationEnd } from '../operation.ts';
import { success } from '../operation.ts';
import type { ExtendedRequest } from '../requests.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import { authzIdOf } from '../session.ts';
import { readOnlyText } from './write.ts';

/** RFC 4532. */
const whoAmIOid = '1.3.6.1.4.1.4203.1.11.3';
/** RFC 3062. */
const passwordModifyOid = '1.3.6.1.4.1.4203.1.11.1';

/** Extended operations that succeed here; the root DSE lists them. */
export const supportedExtensions: readonly string[] = [whoAmIOid];

/** Extended operations (RFC 4511 §4.12); an unknown one is a protocolError. */
export function extended(context: OperationContext, request: ExtendedRequest): OperationEnd {
  switch (request.oid) {
    case whoAmIOid:
      if (request.value !== undefined) throw new OperationError(ResultCode.protocolError, '"Who am I?" has no value');
      return { result: success, value: Buffer.from(authzIdOf(context.session.identity), 'utf8') };
    case passwordModifyOid:
      throw new OperationError(ResultCode.unwillingToPerform, readOnlyText);
    default:
      throw new OperationError(ResultCode.protocolError, 'this extended operation is not supported');
  }
}
