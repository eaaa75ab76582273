import type { Paging } from '../controls/paging.ts';
import { type OperationContext, type OperationEnd, success } from '../operation.ts';
import { type LdapResult, ResultCode } from '../result-codes.ts';
import { type SearchTime, timeLimitExceeded } from './search-time.ts';

const sizeLimitExceeded: LdapResult = {
  code: ResultCode.sizeLimitExceeded,
  message: 'there are more entries than asked for',
};

/**
 * Sends entries from a result's position up to `stop`, as long as the client takes them. Undefined when nobody wants them any more;
 * a promise when the client has to read before there is room for all.
 */
export function sendEntries(
  context: OperationContext,
  found: Paging,
  stop: number,
  time: SearchTime,
): OperationEnd | undefined | Promise<OperationEnd | undefined> {
  return appendEntries(context, found, stop) ? endOf(found) : sendWithPauses(context, found, stop, time);
}

async function sendWithPauses(
  context: OperationContext,
  found: Paging,
  stop: number,
  time: SearchTime,
): Promise<OperationEnd | undefined> {
  do {
    await context.outbox.waitForRoom();
    if (context.isAbandoned) return undefined;
    if (time.isOver()) return { result: timeLimitExceeded };
  } while (!appendEntries(context, found, stop));
  return endOf(found);
}

/** Appends entries until `stop` (gives true) or until the client has enough to read. */
function appendEntries(context: OperationContext, found: Paging, stop: number): boolean {
  const before = found.position;
  found.position = context.outbox.appendEntries(context.messageId, found, before, stop);
  context.entries += found.position - before;
  return found.position >= stop;
}

function endOf(found: Paging): OperationEnd {
  return { result: found.isCut && found.position === found.ids.length ? sizeLimitExceeded : success };
}
