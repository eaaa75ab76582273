import { messageOf } from '../../core/errors.ts';
import { toLdapResult } from './errors.ts';
import type { OperationContext, OperationEnd, ServerContext, Session } from './operation.ts';
import type { Outbox } from './outbox.ts';
import { type Envelope, RequestTag, startTlsOid } from './requests.ts';
import { encodeExtendedResult, encodeNamedResult, encodeResult, responseTagFor } from './responses.ts';
import { ResultCode } from './result-codes.ts';
import { toShownEnd } from './sight.ts';

/** A request from its start to its response. */
export interface OperationRun {
  readonly context: OperationContext;
  readonly tag: RequestTag;
  readonly startedAt: number;
}

export function startRun(server: ServerContext, session: Session, outbox: Outbox, envelope: Envelope): OperationRun {
  const { messageId, tag } = envelope;
  const failure = { asked: 'entry', input: tag === RequestTag.extended ? 'other' : 'dn' } as const;
  const context: OperationContext = {
    server,
    session,
    messageId,
    outbox,
    isAbandoned: false,
    onAbandoned: undefined,
    snapshot: undefined,
    entries: 0,
    failure,
  };
  return { context, tag, startedAt: performance.now() };
}

/** Nobody wants the answer any more. */
export function giveUpRun({ context }: OperationRun): void {
  if (context.isAbandoned) return;
  context.isAbandoned = true;
  context.onAbandoned?.();
}

/** The end of an operation that failed. What nobody foresaw is logged: the client is not told. */
export function toFailedEnd(error: unknown, context: OperationContext): OperationEnd {
  const result = toLdapResult(error, context.failure);
  if (result.code === ResultCode.other)
    context.server.log.error('an LDAP operation failed', { error: messageOf(error) });
  return { result };
}

/**
 * Tells the counters, and the client if it still wants to know. Undefined as the end means that there is nothing to tell. `now` as of
 * performance.now().
 */
export function endRun(run: OperationRun, end: OperationEnd | undefined, now: number): void {
  if (end === undefined) return;
  const { server, session } = run.context;
  const shown = toShownEnd(end, server.sights.profileOf(session));
  try {
    report(run, shown, now - run.startedAt);
  } catch (error) {
    run.context.server.log.error('counting an LDAP operation failed', { error: messageOf(error) });
  }
  if (!run.context.isAbandoned) respond(run, shown);
}

function report({ context, tag }: OperationRun, { result }: OperationEnd, durationMs: number): void {
  const { server, entries } = context;
  if (tag === RequestTag.bind) server.onBind?.(result.code, durationMs);
  if (tag === RequestTag.search) server.onSearch?.(result.code, entries, durationMs);
}

function respond({ context, tag }: OperationRun, { result, controls, value, startsTls }: OperationEnd): void {
  const { outbox, messageId } = context;
  const responseTag = responseTagFor(tag);
  if (value !== undefined) outbox.append(encodeExtendedResult(messageId, result, value));
  else if (startsTls) outbox.append(encodeNamedResult(messageId, result, startTlsOid));
  else if (responseTag === undefined) return;
  else if (controls === undefined && result.message === '' && (result.matchedDn ?? '') === '')
    outbox.appendBareResult(messageId, responseTag, result.code);
  else outbox.append(encodeResult(messageId, responseTag, result, ...(controls ?? [])));
}
