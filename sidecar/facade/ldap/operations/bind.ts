import { type OperationContext, type OperationEnd, success } from '../operation.ts';
import type { BindRequest } from '../requests.ts';
import { ResultCode } from '../result-codes.ts';
import { bindWithPassword, endBind, refuseBind } from './password-bind.ts';
import { bindBySasl } from './sasl-bind.ts';

/**
 * Bind (RFC 4511 §4.2, RFC 4513 §5.1). The identity from before is gone with the request (see dispatch.ts); only success
 * sets a new one.
 */
export function bind(
  context: OperationContext,
  request: BindRequest,
): OperationEnd | Promise<OperationEnd | undefined> {
  const { version, name, authentication } = request;
  if (version !== 2 && version !== 3) return endBind(ResultCode.protocolError, 'LDAP has the versions 2 and 3');
  if (authentication.kind === 'sasl') return bindBySasl(context, authentication.mechanism, authentication.credentials);
  if (authentication.kind === 'unknown') return endBind(ResultCode.authMethodNotSupported, 'use a simple bind');

  const { password } = authentication;
  if (password.length === 0 && name === '') return { result: success };
  // RFC 4513 §5.1.1 makes a bind anonymous only when name and password are empty: a password alone is nobody's.
  if (name === '') return refuseBind(context, 'unknown_name');
  if (password.length > 0 && !context.session.isConfidential) {
    return endBind(
      ResultCode.confidentialityRequired,
      'a password is taken over TLS only, unless it stays on this machine',
    );
  }
  return bindWithPassword(context, name, password);
}
