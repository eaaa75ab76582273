import { requireAssertion } from '../controls/assertion.ts';
import { encodePagingControl } from '../controls/paging.ts';
import type { RequestControls } from '../controls/request-controls.ts';
import { encodeSortControl } from '../controls/sort.ts';
import { type OperationContext, type OperationEnd, success } from '../operation.ts';
import { encodeMessage } from '../responses.ts';
import { ResultCode } from '../result-codes.ts';
import type { FixedEntry } from '../schema/fixed-entry.ts';
import { isSubschemaDn, subschemaEntry } from '../schema/subschema.ts';
import type { SearchRequest } from '../search-request.ts';

/** The entry outside the directory that a DN names: the root DSE or the subschema. Everybody may read both. */
export function findFixedEntry(context: OperationContext, dn: string): FixedEntry | undefined {
  if (dn === '') return context.server.rootDse(context.session);
  return dn !== context.server.baseDn && isSubschemaDn(dn) ? subschemaEntry() : undefined;
}

/** Answers a search whose base is such an entry; nothing stands below it. */
export function searchFixedEntry(
  context: OperationContext,
  entry: FixedEntry,
  request: SearchRequest,
  { assertion, sort, paging }: RequestControls,
): OperationEnd {
  if (assertion !== undefined) requireAssertion(entry.evaluate(assertion) === true);
  const isInScope = request.scope === 'base' || request.scope === 'sub';
  const found = isInScope ? entry.read(request) : undefined;
  if (found !== undefined) {
    context.outbox.append(encodeMessage(context.messageId, found, []));
    context.entries = 1;
  }
  const controls: Uint8Array[] = [];
  // One entry is sorted by whatever key.
  if (sort !== undefined) controls.push(encodeSortControl({ code: ResultCode.success }));
  if (paging !== undefined) controls.push(encodePagingControl(context.entries, undefined));
  return { result: success, controls };
}
