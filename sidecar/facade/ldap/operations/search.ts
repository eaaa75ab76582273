import type { View } from '../../../core/access.ts';
import type { EntryId, Scope, Snapshot } from '../../../directory/snapshot.ts';
import { requireAssertion } from '../controls/assertion.ts';
import type { Paging } from '../controls/paging.ts';
import type { RequestControls } from '../controls/request-controls.ts';
import { type OperationContext, type OperationEnd, requireLogin, requireSight } from '../operation.ts';
import { OperationError, ResultCode } from '../result-codes.ts';
import type { SearchRequest } from '../search-request.ts';
import { runInSlices } from '../time-slices.ts';
import { findFixedEntry, searchFixedEntry } from './fixed-search.ts';
import { isLongFilter } from './long-filter.ts';
import { awaitLookUp, findUnknownAddress, keepRequest } from './look-up.ts';
import { pageSearch } from './paged-search.ts';
import { type SearchTime, startSearchTime } from './search-time.ts';
import { sendEntries } from './send-entries.ts';
import { sortFound } from './sorted-search.ts';

/**
 * Search (RFC 4511 §4.5), answered from one snapshot: everything is found before the first entry is sent. A result is cut short
 * only where the client itself set a limit. Gives a promise when the result is larger than what may wait for the client.
 */
export function search(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  const time = startTime(context, request);
  context.failure = { asked: request.scope === 'base' ? 'entry' : 'subtree', input: 'dn' };
  // The empty DN is the root DSE for a search of that alone, and else what is above our base.
  const fixed = request.base === '' && request.scope !== 'base' ? undefined : findFixedEntry(context, request.base);
  if (fixed !== undefined) return searchFixedEntry(context, fixed, request, controls);
  requireLogin(context.session);
  const address = findUnknownAddress(context, request, controls);
  if (address === undefined) return answer(context, request, controls, time);
  return answerAfterLookUp(context, keepRequest(request), controls, address);
}

async function answerAfterLookUp(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
  address: string,
): Promise<OperationEnd | undefined> {
  await awaitLookUp(context, address);
  if (context.isAbandoned) return undefined;
  // What the mail server took is none of the search's own time.
  return await answer(context, request, controls, startSearchTime(request, context.server.limits));
}

function answer(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
  time: SearchTime,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  const { paging } = controls;
  if (paging !== undefined) {
    return pageSearch(context, request, paging, () => findSorted(context, request, controls, time), time);
  }
  const isLong = controls.sort !== undefined || isLongFilter(request.filter);
  if (isLong) return searchInSlices(context, request, controls, time);
  return send(context, cut(context, find(context, request, controls, time), request), time);
}

/** The client's own limit ends a search amid its entries: not for one that would take those for all. */
function startTime({ server, session }: OperationContext, request: SearchRequest): SearchTime {
  const isUnlimited = server.sights.profileOf(session).replacedCodes?.has(ResultCode.timeLimitExceeded) === true;
  return startSearchTime(isUnlimited ? { ...request, timeLimitSeconds: 0 } : request, server.limits);
}

async function searchInSlices(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
  time: SearchTime,
): Promise<OperationEnd | undefined> {
  const found = await findSorted(context, request, controls, time);
  return found === undefined || 'result' in found ? found : send(context, found, time);
}

/**
 * What a search finds, in the order asked for, up to the client's limit; its end when it cannot be answered in that order; undefined
 * when nobody wants it any more.
 */
async function findSorted(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
  time: SearchTime,
): Promise<Paging | OperationEnd | undefined> {
  const goOn = () => {
    if (!context.isAbandoned) time.check();
    return !context.isAbandoned;
  };
  const place = findPlace(context, request, controls);
  const found = isLongFilter(request.filter)
    ? await findInSlices(context, request, place, time, goOn)
    : toFound(context, request, place, searchAt(place, request), time);
  if (found === undefined || controls.sort === undefined) return found && cut(context, found, request);
  const sorted = await sortFound(found, controls.sort, goOn);
  return sorted === undefined || 'result' in sorted ? sorted : cut(context, sorted, request);
}

/** All that a search finds, in the directory's order. */
function find(context: OperationContext, request: SearchRequest, controls: RequestControls, time: SearchTime): Paging {
  const place = findPlace(context, request, controls);
  return toFound(context, request, place, searchAt(place, request), time);
}

/** The same for a filter of many parts, which is not gone through in one go. */
async function findInSlices(
  context: OperationContext,
  request: SearchRequest,
  place: Place,
  time: SearchTime,
  goOn: () => boolean,
): Promise<Paging | undefined> {
  const { snapshot, base, scope, view } = place;
  const ids = await runInSlices(snapshot.searchInSteps(base, scope, request.filter, view), goOn);
  return ids && toFound(context, request, place, ids, time);
}

function searchAt({ snapshot, base, scope, view }: Place, { filter }: SearchRequest): Uint32Array {
  return snapshot.search(base, scope, filter, view);
}

function toFound(
  { server }: OperationContext,
  request: SearchRequest,
  { snapshot }: Place,
  ids: Uint32Array,
  time: SearchTime,
): Paging {
  const { entries } = server.limits;
  const isCutBelow = request.sizeLimit > 0 && request.sizeLimit <= entries;
  if (entries > 0 && ids.length > entries && !isCutBelow) {
    throw new OperationError(
      ResultCode.adminLimitExceeded,
      `a search may find ${entries} entries here (ldap.limits.entries)`,
    );
  }
  time.check();
  const selection = snapshot.select(request.attributes, request.typesOnly);
  return { snapshot, selection, ids, isCut: false, sortControl: undefined, search: '', position: 0 };
}

/** Keeps as much as the client asks for. One that takes a result for whole whatever its code is gets none rather than a part. */
function cut({ server, session }: OperationContext, found: Paging, { sizeLimit }: SearchRequest): Paging {
  if (sizeLimit === 0 || found.ids.length <= sizeLimit) return found;
  const { replacedCodes } = server.sights.profileOf(session);
  if (replacedCodes?.has(ResultCode.sizeLimitExceeded)) {
    throw new OperationError(
      ResultCode.sizeLimitExceeded,
      'there are more entries than asked for, and part of them is not given',
    );
  }
  return { ...found, ids: found.ids.slice(0, sizeLimit), isCut: true };
}

/** Where a search begins, and what it may see. */
interface Place {
  readonly snapshot: Snapshot;
  readonly base: EntryId;
  readonly scope: Scope;
  readonly view: View;
}

/** Ends the search when its base is not there, or what it demands of the base does not hold. */
function findPlace(context: OperationContext, request: SearchRequest, { assertion }: RequestControls): Place {
  const { snapshot, view } = requireSight(context);
  const place = { snapshot, view, ...toStart(snapshot, request, view) };
  if (assertion !== undefined) requireAssertion(snapshot.search(place.base, 'base', assertion, view).length === 1);
  return place;
}

/** The empty DN is above our base, so that its subtree is the whole tree (RFC 4512 §5.1: without the root DSE). */
function toStart(snapshot: Snapshot, request: SearchRequest, view: View): Pick<Place, 'base' | 'scope'> {
  if (request.base === '') return { base: 0, scope: request.scope === 'one' ? 'base' : 'sub' };
  const base = snapshot.findDn(request.base, view);
  if (base !== undefined) return { base, scope: request.scope };
  throw new OperationError(
    ResultCode.noSuchObject,
    'the base of the search does not exist',
    snapshot.matchedDn(request.base, view),
  );
}

function send(context: OperationContext, found: Paging, time: SearchTime) {
  const end = sendEntries(context, found, found.ids.length, time);
  const { sortControl } = found;
  if (sortControl === undefined) return end;
  const addControl = (done: OperationEnd | undefined) => done && { ...done, controls: [sortControl] };
  return end instanceof Promise ? end.then(addControl) : addControl(end);
}
