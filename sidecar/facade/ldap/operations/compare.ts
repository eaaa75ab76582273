import { findAttribute } from '../../../directory/attributes.ts';
import type { Filter } from '../../../directory/filter.ts';
import { findUnservedAttribute } from '../../../directory/unserved-attributes.ts';
import { toAssertionKey } from '../../../directory/values.ts';
import { requireAssertion } from '../controls/assertion.ts';
import type { RequestControls } from '../controls/request-controls.ts';
import { type OperationContext, type OperationEnd, requireLogin, requireSight } from '../operation.ts';
import type { CompareRequest } from '../requests.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import { findFixedEntry } from './fixed-search.ts';

/** Whether a filter is TRUE for the entry that is compared. */
type Holds = (filter: Filter) => boolean;

/** Compare (RFC 4511 §4.10), by the same rules and the same view as a search. */
export function compare(context: OperationContext, request: CompareRequest, controls: RequestControls): OperationEnd {
  const fixed = findFixedEntry(context, request.dn);
  if (fixed === undefined) requireLogin(context.session);
  requireComparable(request);
  const holds: Holds =
    fixed === undefined ? findCompared(context, request.dn) : (filter) => fixed.evaluate(filter) === true;
  if (controls.assertion !== undefined) requireAssertion(holds(controls.assertion));
  const { attribute, value } = request;
  if (holds({ kind: 'equal', attribute, value })) return { result: { code: ResultCode.compareTrue, message: '' } };
  if (holds({ kind: 'present', attribute })) return { result: { code: ResultCode.compareFalse, message: '' } };
  return { result: { code: ResultCode.noSuchAttribute, message: 'the entry has no such attribute' } };
}

/** Ends a compare that would be Undefined whatever the entry. */
function requireComparable({ attribute, value }: CompareRequest): void {
  // An attribute with options is known where it is known without, and no entry has it.
  const [description = '', ...options] = attribute.split(';');
  const type = findAttribute(description) ?? findUnservedAttribute(description);
  if (type === undefined)
    throw new OperationError(ResultCode.undefinedAttributeType, 'there is no such attribute type');
  if (options.length > 0) throw new OperationError(ResultCode.noSuchAttribute, 'the entry has no such attribute');
  const { syntax } = type;
  if (syntax === undefined)
    throw new OperationError(ResultCode.inappropriateMatching, 'values of this attribute are not compared');
  if (toAssertionKey(syntax, value) === undefined)
    throw new OperationError(ResultCode.invalidAttributeSyntax, 'the value is none of this attribute');
}

function findCompared(context: OperationContext, dn: string): Holds {
  const { snapshot, view } = requireSight(context);
  const id = snapshot.findDn(dn, view);
  const holds: Holds = (filter) => id !== undefined && snapshot.search(id, 'base', filter, view).length === 1;
  // An ancestor of the own entry may serve as a base without being shown.
  if (holds({ kind: 'present', attribute: 'objectClass' })) return holds;
  throw new OperationError(ResultCode.noSuchObject, 'there is no such entry', snapshot.matchedDn(dn, view));
}
