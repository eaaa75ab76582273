import { DomainError } from '../../core/errors.ts';
import { type LdapResult, OperationError, ResultCode } from './result-codes.ts';

/** What the failed operation was about: decides how absence and bad input are told. */
export interface FailureContext {
  /** `entry`: one entry was named; `subtree`: whatever is below it was asked for. */
  readonly asked: 'entry' | 'subtree';
  /** Whether the input that can be wrong is a DN. */
  readonly input: 'dn' | 'other';
}

/**
 * The LDAP result for a failure. Texts are for clients, so they are fixed: what a DomainError says is for the administrator.
 * What nobody foresaw gets `other` and no text.
 */
export function toLdapResult(error: unknown, context: FailureContext): LdapResult {
  if (error instanceof OperationError) return { code: error.code, message: error.message, matchedDn: error.matchedDn };
  if (!(error instanceof DomainError)) return { code: ResultCode.other, message: '' };
  switch (error.code) {
    case 'invalid_credentials':
      return { code: ResultCode.invalidCredentials, message: refusalText };
    case 'not_found':
      return context.asked === 'entry'
        ? { code: ResultCode.noSuchObject, message: 'there is no such entry' }
        : { code: ResultCode.success, message: '' };
    case 'forbidden':
      return { code: ResultCode.insufficientAccessRights, message: 'this connection may not do that' };
    case 'invalid_input':
      return context.input === 'dn'
        ? { code: ResultCode.invalidDNSyntax, message: 'the DN is malformed' }
        : { code: ResultCode.protocolError, message: 'the request is malformed' };
    case 'conflict':
      return { code: ResultCode.entryAlreadyExists, message: 'this exists already' };
    case 'unsupported':
      return { code: ResultCode.unwillingToPerform, message: 'this server does not do that' };
    case 'upstream_unavailable':
      return { code: ResultCode.unavailable, message: 'IceWarp or the directory is not available, try again later' };
    case 'upstream_undecided':
      return { code: ResultCode.busy, message: 'IceWarp is holding this account back, try again in 30 s' };
    default:
      return assertNever(error.code);
  }
}

/** The end of an operation with a control whose value is not what it should be. `name` as in "the control for pages". */
export function malformedControl(name: string): OperationError {
  return new OperationError(ResultCode.protocolError, `a control ${name} is malformed`);
}

/** The one text of every refused login. */
export const refusalText = 'invalid name or password';

function assertNever(code: never): LdapResult {
  void code;
  return { code: ResultCode.other, message: '' };
}
