import type { Filter } from '../../../directory/filter.ts';
import { type OperationContext, type OperationEnd, requireLogin, requireSnapshot } from '../operation.ts';
import type { CompareRequest } from '../requests.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import { viewOf } from '../session.ts';

/** Compare (RFC 4511 §4.10), by the same rules and the same view as a search. */
export function compare(context: OperationContext, request: CompareRequest): OperationEnd {
  requireLogin(context.session);
  const snapshot = requireSnapshot(context.server);
  const view = viewOf(context.session.identity);
  const { dn, attribute, value } = request;
  const id = dn === '' ? undefined : snapshot.findDn(dn, view);
  const holds = (filter: Filter) => id !== undefined && snapshot.search(id, 'base', filter, view).length === 1;
  // An ancestor of the own entry may serve as a base without being shown.
  if (!holds({ kind: 'present', attribute: 'objectClass' })) {
    const matchedDn = dn === '' ? '' : snapshot.matchedDn(dn, view);
    throw new OperationError(ResultCode.noSuchObject, 'there is no such entry', matchedDn);
  }
  if (holds({ kind: 'equal', attribute, value })) return { result: { code: ResultCode.compareTrue, message: '' } };
  if (holds({ kind: 'present', attribute })) return { result: { code: ResultCode.compareFalse, message: '' } };
  return { result: { code: ResultCode.noSuchAttribute, message: 'the entry has no such attribute' } };
}
