import { type OperationContext, type OperationEnd, success } from '../operation.ts';
import { ResultCode } from '../result-codes.ts';
import { isOwnAuthorization, parsePlain, saslMechanisms, toText } from '../sasl.ts';
import { bindWithPassword, endBind, refuseBind } from './password-bind.ts';

/**
 * A bind by SASL (RFC 4513 §5.2): PLAIN, where a password may come at all, and EXTERNAL, by which a client's certificate stands for a
 * service account.
 */
export function bindBySasl(
  context: OperationContext,
  mechanism: string,
  credentials: Uint8Array | undefined,
): OperationEnd | Promise<OperationEnd | undefined> {
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return bindByPlain(context, credentials);
    case 'EXTERNAL':
      return bindByCertificate(context, credentials);
    default: {
      const usable = saslMechanisms(context.session).join(' and ');
      const hint = usable === '' ? 'use a simple bind' : `use a simple bind or ${usable}`;
      return endBind(ResultCode.authMethodNotSupported, hint);
    }
  }
}

function bindByPlain(
  context: OperationContext,
  credentials: Uint8Array | undefined,
): OperationEnd | Promise<OperationEnd | undefined> {
  if (!context.session.isConfidential)
    return endBind(ResultCode.confidentialityRequired, 'PLAIN is taken over TLS only');
  // RFC 4422 §5: whoever sends nothing at first is asked to begin.
  if (credentials === undefined) return endBind(ResultCode.saslBindInProgress, '');
  const plain = parsePlain(credentials);
  if (plain === undefined) return endBind(ResultCode.protocolError, 'the credentials are not those of PLAIN');
  const { authorization, name, password } = plain;
  if (!isOwnAuthorization(authorization, name)) return endBind(ResultCode.invalidCredentials, onlyOneself);
  return bindWithPassword(context, name, password);
}

function bindByCertificate(context: OperationContext, credentials: Uint8Array | undefined): OperationEnd {
  const { server, session } = context;
  // RFC 4513 §5.2.3.
  if (session.certificateSubject === undefined) {
    return endBind(
      ResultCode.inappropriateAuthentication,
      'EXTERNAL needs a client certificate that this listener trusts',
    );
  }
  const account = server.serviceAccounts.findByCertificate(session.certificateSubject);
  if (account === undefined) {
    const { listener, clientAddress, certificateSubject } = session;
    server.log.info('a client certificate is no service account’s', { listener, clientAddress, certificateSubject });
    return refuseBind(context, 'unknown_name');
  }
  const authorization = credentials === undefined ? '' : toText(credentials);
  const own = [account.name, `cn=${account.name}`, `cn=${account.name},${server.baseDn}`];
  if (authorization === undefined || !own.some((name) => isOwnAuthorization(authorization, name))) {
    return endBind(ResultCode.invalidCredentials, onlyOneself);
  }
  session.identity = { kind: 'service', ...account };
  return { result: success };
}

const onlyOneself = 'nobody can log in for somebody else here';
