import { resolveSortKey, type SortKey, sortEntries } from '../../../directory/sort.ts';
import type { Paging } from '../controls/paging.ts';
import { encodeSortControl, type SortEnd, type SortRequest, toSortEnd } from '../controls/sort.ts';
import type { OperationEnd } from '../operation.ts';
import { ResultCode } from '../result-codes.ts';
import { runInSlices } from '../time-slices.ts';

/**
 * Puts a result in the order asked for (RFC 2891 §2). Where that cannot be, it stays as it is, or the search ends when the client has no
 * use for it so. `goOn` is called between two slices of the work: false ends it with undefined, and it may throw.
 */
export async function sortFound(
  found: Paging,
  { keys, isCritical }: SortRequest,
  goOn: () => boolean,
): Promise<Paging | OperationEnd | undefined> {
  const resolved = resolveSortKeys(keys);
  if (!('code' in resolved)) {
    const ids = await runInSlices(sortEntries(found.snapshot, found.ids, resolved), goOn);
    return ids && { ...found, ids, sortControl: encodeSortControl({ code: ResultCode.success }) };
  }
  const sortControl = encodeSortControl(resolved);
  if (!isCritical) return { ...found, sortControl };
  const message = 'the result cannot be sorted as asked for';
  return { result: { code: ResultCode.unavailableCriticalExtension, message }, controls: [sortControl] };
}

function resolveSortKeys(wishes: SortRequest['keys']): readonly SortKey[] | SortEnd {
  const keys: SortKey[] = [];
  const seen = new Set<string>();
  for (const wish of wishes) {
    const key = resolveSortKey(wish);
    if (typeof key === 'string') return toSortEnd(key, wish.attribute);
    // RFC 2891 §1.1: an attribute may be named once.
    if (seen.has(key.attribute)) return { code: ResultCode.unwillingToPerform, attribute: wish.attribute };
    seen.add(key.attribute);
    keys.push(key);
  }
  return keys;
}
