import type { Scope, Snapshot } from '../../../directory/snapshot.ts';
import { encodePagingControl, type Paging, type PagingRequest } from '../controls/paging.ts';
import type { RequestControls } from '../controls/request-controls.ts';
import { type OperationContext, type OperationEnd, requireLogin, requireSnapshot, success } from '../operation.ts';
import { encodeMessage } from '../responses.ts';
import { type LdapResult, OperationError, ResultCode } from '../result-codes.ts';
import type { SearchRequest } from '../search-request.ts';
import { viewOf } from '../session.ts';

const sizeLimitExceeded: LdapResult = {
  code: ResultCode.sizeLimitExceeded,
  message: 'there are more entries than asked for',
};
const timeLimitExceeded: LdapResult = { code: ResultCode.timeLimitExceeded, message: 'the time asked for is over' };

/**
 * Search (RFC 4511 §4.5), answered from one snapshot: everything is found before the first entry is sent. A result is cut short
 * only where the client itself set a limit. Gives a promise when the result is larger than what may wait for the client.
 */
export function search(
  context: OperationContext,
  request: SearchRequest,
  controls: RequestControls,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  const startedAt = performance.now();
  context.failure = { asked: request.scope === 'base' ? 'entry' : 'subtree', input: 'dn' };
  if (request.base === '' && request.scope === 'base') return readRootDse(context, request);
  requireLogin(context.session);
  const { paging } = controls;
  if (paging === undefined) {
    const found = find(context, request);
    return send(context, request, found, found.ids.length, startedAt);
  }
  return sendPage(context, request, paging, startedAt);
}

function readRootDse(context: OperationContext, request: SearchRequest): OperationEnd {
  const entry = context.server.rootDse.read(request);
  if (entry !== undefined) {
    context.outbox.append(encodeMessage(context.messageId, entry, []));
    context.entries = 1;
  }
  return { result: success };
}

function find(context: OperationContext, request: SearchRequest): Paging {
  const snapshot = requireSnapshot(context.server);
  const view = viewOf(context.session.identity);
  const { base, scope } = toPlace(snapshot, request, context);
  const all = snapshot.search(base, scope, request.filter, view);
  const isCut = request.sizeLimit > 0 && all.length > request.sizeLimit;
  return {
    snapshot,
    selection: snapshot.select(request.attributes, request.typesOnly),
    ids: isCut ? all.slice(0, request.sizeLimit) : all,
    isCut,
    position: 0,
  };
}

/** Where a search begins. The empty DN is above our base, so that its subtree is the whole tree (RFC 4512 §5.1: without the root DSE). */
function toPlace(
  snapshot: Snapshot,
  request: SearchRequest,
  context: OperationContext,
): { base: number; scope: Scope } {
  if (request.base === '') return { base: 0, scope: request.scope === 'one' ? 'base' : 'sub' };
  const view = viewOf(context.session.identity);
  const base = snapshot.findDn(request.base, view);
  if (base !== undefined) return { base, scope: request.scope };
  throw new OperationError(
    ResultCode.noSuchObject,
    'the base of the search does not exist',
    snapshot.matchedDn(request.base, view),
  );
}

async function sendPage(
  context: OperationContext,
  request: SearchRequest,
  page: PagingRequest,
  startedAt: number,
): Promise<OperationEnd | undefined> {
  const { pagings } = context.server;
  const paging = page.cookie.length > 0 ? pagings.take(context.session, page.cookie) : find(context, request);
  const estimate = paging.ids.length;
  // RFC 2696 §3: size 0 with a cookie gives the paging up; without one it only asks how many there are.
  if (page.size === 0) return { result: success, controls: [encodePagingControl(estimate, undefined)] };
  const end = await send(context, request, paging, Math.min(estimate, paging.position + page.size), startedAt);
  if (end === undefined) return undefined;
  if (paging.position === estimate || end.result.code === ResultCode.timeLimitExceeded) {
    return { ...end, controls: [encodePagingControl(estimate, undefined)] };
  }
  const cookie = pagings.keep(context.session, paging, performance.now());
  return { result: success, controls: [encodePagingControl(estimate, cookie)] };
}

/** Sends entries from the paging's position up to `stop`, as long as the client takes them. Undefined when nobody wants them any more. */
function send(
  context: OperationContext,
  request: SearchRequest,
  found: Paging,
  stop: number,
  startedAt: number,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  return appendEntries(context, found, stop) ? endOf(found) : sendWithPauses(context, request, found, stop, startedAt);
}

async function sendWithPauses(
  context: OperationContext,
  request: SearchRequest,
  found: Paging,
  stop: number,
  startedAt: number,
): Promise<OperationEnd | undefined> {
  const limitMs = request.timeLimitSeconds * 1000;
  do {
    await context.outbox.waitForRoom();
    if (context.isAbandoned) return undefined;
    if (limitMs > 0 && performance.now() - startedAt > limitMs) return { result: timeLimitExceeded };
  } while (!appendEntries(context, found, stop));
  return endOf(found);
}

/** Appends entries until `stop` (gives true) or until the client has enough to read. */
function appendEntries(context: OperationContext, found: Paging, stop: number): boolean {
  const { snapshot, selection, ids } = found;
  while (found.position < stop) {
    if (context.outbox.isFull) return false;
    const id = ids[found.position];
    if (id === undefined) throw new RangeError('a page ends behind the result');
    context.outbox.appendEntry(context.messageId, { snapshot, id, selection });
    found.position += 1;
    context.entries += 1;
  }
  return true;
}

function endOf(found: Paging): OperationEnd {
  return { result: found.isCut && found.position === found.ids.length ? sizeLimitExceeded : success };
}
