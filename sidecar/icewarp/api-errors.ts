import { DomainError } from '../core/errors.ts';
import { describeCall, printable } from './http-api.ts';
import type { ReadCommand } from './read-commands.ts';
import { ReplyFault } from './reply-fault.ts';
import type { Envelope, ReplyValue } from './reply-xml.ts';

/** Errors that are never about one account. */
const explanations: ReadonlyMap<string, string> = new Map([
  ['license_evaluation', 'the licence of the server does not allow it'],
  ['session_invalid', 'the server does not accept a session that it opened just before'],
  ['invoker_commandname_invalid', 'the server does not know the command; is it too old?'],
]);

/** Whether the server says that there is no such account, group or list. */
export function isAbsence(envelope: Envelope): boolean {
  return envelope.type === 'error' && envelope.uid.toLowerCase() === 'account_invalid';
}

/** The result of a reply; an error reply rejects with `upstream_unavailable` and the server's uid. */
export function resultOf(envelope: Envelope, command: ReadCommand, about?: string): ReplyValue {
  if (envelope.type === 'result') return envelope.result;
  const explanation = explanations.get(envelope.uid.toLowerCase());
  // No source tells the uid for missing rights, so an unknown one is never taken for an empty answer.
  const text = `${describeCall(command, about)} was answered with the error ${printable(envelope.uid)}`;
  if (explanation === undefined) throw new ReplyFault('upstream_unavailable', text);
  throw new DomainError('upstream_unavailable', `${text} (${explanation})`);
}

/** What to reject with when a reply does not have the shape that it must have; `place` says where and what. */
export function unexpectedReply(command: ReadCommand, about: string | undefined, place: string): ReplyFault {
  const text = `${describeCall(command, about)} was answered with something unexpected (${place.slice(0, 200)})`;
  return new ReplyFault('upstream_unavailable', text);
}
