import { createHash } from 'node:crypto';
import { encodePagingControl, type Paging, type PagingRequest } from '../controls/paging.ts';
import { type OperationContext, type OperationEnd, success } from '../operation.ts';
import { ResultCode } from '../result-codes.ts';
import type { SearchRequest } from '../search-request.ts';
import type { SearchTime } from './search-time.ts';
import { sendEntries } from './send-entries.ts';

/** Sends one page (RFC 2696): the first of what `find` finds, or the next one of the paging that the cookie stands for. */
export async function pageSearch(
  context: OperationContext,
  request: SearchRequest,
  page: PagingRequest,
  find: () => Promise<Paging | OperationEnd | undefined>,
  time: SearchTime,
): Promise<OperationEnd | undefined> {
  const { pagings } = context.server;
  const search = createHash('sha256').update(request.octets).digest('base64');
  const paging = page.cookie.length > 0 ? pagings.take(context, page.cookie, search) : await find();
  if (paging === undefined || 'result' in paging) return paging;
  const estimate = paging.ids.length;
  const { sortControl } = paging;
  const toControls = (cookie: Uint8Array | undefined) => [
    encodePagingControl(estimate, cookie),
    ...(sortControl === undefined ? [] : [sortControl]),
  ];
  // RFC 2696 §3: size 0 with a cookie gives the paging up; without one it only asks how many there are.
  if (page.size === 0) return { result: success, controls: toControls(undefined) };
  const end = await sendEntries(context, paging, Math.min(estimate, paging.position + page.size), time);
  if (end === undefined) return undefined;
  if (paging.position === estimate || end.result.code === ResultCode.timeLimitExceeded) {
    return { ...end, controls: toControls(undefined) };
  }
  const cookie = pagings.keep(context.session, { ...paging, search }, performance.now());
  return { result: success, controls: toControls(cookie) };
}
