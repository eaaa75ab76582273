import type { OperationContext, OperationEnd } from '../operation.ts';
import { success } from '../operation.ts';
import { type ExtendedRequest, startTlsOid } from '../requests.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import { authzIdOf } from '../session.ts';
import { readOnlyText } from './write.ts';

/** RFC 4532. */
const whoAmIOid = '1.3.6.1.4.1.4203.1.11.3';
/** RFC 3062. */
const passwordModifyOid = '1.3.6.1.4.1.4203.1.11.1';

/** Extended operations that succeed on every connection; the root DSE lists them. */
export const supportedExtensions: readonly string[] = [whoAmIOid];

/** Extended operations (RFC 4511 §4.12); an unknown one is a protocolError. */
export function extended(context: OperationContext, request: ExtendedRequest): OperationEnd {
  switch (request.oid) {
    case whoAmIOid:
      if (request.value !== undefined) throw new OperationError(ResultCode.protocolError, '"Who am I?" has no value');
      return { result: success, value: Buffer.from(authzIdOf(context.session.identity), 'utf8') };
    case passwordModifyOid:
      throw new OperationError(ResultCode.unwillingToPerform, readOnlyText);
    case startTlsOid:
      return startTls(context, request);
    default:
      throw notSupported();
  }
}

/** StartTLS (RFC 4511 §4.14); with operations outstanding it does not come here: see connection.ts. */
function startTls({ session }: OperationContext, { value }: ExtendedRequest): OperationEnd {
  if (value !== undefined) throw new OperationError(ResultCode.protocolError, 'StartTLS has no value');
  if (session.isEncrypted) throw new OperationError(ResultCode.operationsError, 'the connection is encrypted already');
  if (!session.offersStartTls) throw notSupported();
  return { result: success, startsTls: true };
}

function notSupported(): OperationError {
  return new OperationError(ResultCode.protocolError, 'this extended operation is not supported');
}
